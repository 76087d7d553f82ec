"""A request as WSGI has it: bytes as Latin-1, nothing decoded twice, headers that came twice joined."""

from io import BytesIO
from typing import Any

from api.front.environ import environ_of


def scope(**changes: Any) -> dict[str, Any]:
    return {
        "method": "GET",
        "path": "/a b/é",
        "raw_path": b"/a%20b/%C3%A9%252f",
        "query_string": b"x=%20&y=\xff",
        "http_version": "1.1",
        "scheme": "http",
        "client": ("192.0.2.7", 5000),
        "server": ("127.0.0.1", 8000),
        "headers": [(b"host", b"localhost"), (b"content-type", b"a/b"), (b"x-twice", b"1"), (b"x-twice", b"2")],
        **changes,
    }


def test_paths_and_queries_are_bytes_that_were_decoded_once() -> None:
    environ = environ_of(scope(), BytesIO())

    assert environ["PATH_INFO"].encode("latin-1").decode() == "/a b/é%2f"
    assert environ["QUERY_STRING"] == "x=%20&y=\xff"
    assert environ["RAW_URI"] == "/a%20b/%C3%A9%252f?x=%20&y=\xff"


def test_headers_have_the_names_of_cgi() -> None:
    environ = environ_of(scope(), BytesIO())

    assert (environ["HTTP_HOST"], environ["CONTENT_TYPE"], environ["HTTP_X_TWICE"]) == ("localhost", "a/b", "1,2")
    assert "HTTP_CONTENT_TYPE" not in environ


def test_who_comes_through_a_unix_socket_has_no_address() -> None:
    environ = environ_of(scope(client=None, server=("/run/api.sock", None)), BytesIO())

    assert (environ["REMOTE_ADDR"], environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("", "/run/api.sock", "")
