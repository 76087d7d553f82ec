"""Bytes that no HTTP client sends, to a real server: it refuses them, tells nothing of itself, and goes on serving."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from client.stack.embedded_redis import EmbeddedRedis
from common.store import Store
from tests import bodies
from tests.builders import make_job
from tests.integration.api.conftest import Dump
from tests.integration.api.expect import TRAINING
from tests.integration.api.live_server import LiveServer, live_server
from tests.real_stack import PATIENCE_SECONDS

pytestmark = pytest.mark.integration

JOBS = f"{TRAINING}/jobs"
BODY = json.dumps(bodies.training(job_id="smuggled")).encode()
HOST = "Host: localhost"
JSON = "Content-Type: application/json"
CHUNKED = "Transfer-Encoding: chunked"
MAX_BODY_BYTES = 1_048_576


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, redis_server: EmbeddedRedis) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("api"), redis_server.socket_path) as started:
        yield started


@pytest.fixture(autouse=True)
def it_goes_on(server: LiveServer, store: Store, dump: Dump) -> Iterator[None]:
    store.jobs.submit(make_job("one"), "accepted")
    before = dump()
    yield
    assert dump() == before
    assert server.http.get(f"{JOBS}/one").status_code == 200


def head(*lines: str, request: str = f"POST {JOBS} HTTP/1.1") -> bytes:
    return "\r\n".join([request, *lines, "", ""]).encode("latin-1")


def exchange(server: LiveServer, sent: bytes) -> bytes:
    """Everything the server answers to these bytes, until it or nobody has more to say."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_SECONDS) as connection:
        answer = b""
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65536):
                answer += part
        except TimeoutError:
            raise
        except OSError:  # it hung up before it had read all
            pass
        return answer


def statuses(answer: bytes) -> list[int]:
    return [int(line.split()[1]) for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.")]


def expect_refusal(answer: bytes) -> None:
    """An answer of the 400s or none, and nothing about the server's inside."""
    assert all(400 <= status < 500 or status == 501 for status in statuses(answer)), answer
    for inside in (b"Traceback", b".py", b"site-packages", b"/api/app"):
        assert inside not in answer


def chunks(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        head(HOST, JSON, f"Content-Length: {len(BODY)}", "Content-Length: 5") + BODY,
        head(HOST, JSON, f"Content-Length: {len(BODY)}", CHUNKED) + chunks(BODY),
        head(HOST, JSON, CHUNKED, CHUNKED) + chunks(BODY),
        head(HOST, JSON, "Transfer-Encoding: chunked, identity") + chunks(BODY),
        head(HOST, JSON, "Transfer-Encoding: xchunked") + chunks(BODY),
        head(HOST, JSON, "Transfer-Encoding: \x0bchunked") + chunks(BODY),
        head(HOST, JSON, "Transfer-Encoding : chunked") + chunks(BODY),
        head(HOST, JSON, "Content-Length: -1") + BODY,
        head(HOST, JSON, "Content-Length: +5") + BODY,
        head(HOST, JSON, "Content-Length: 1e3") + BODY,
        head(HOST, JSON, "Content-Length: 5, 5") + BODY,
        head(HOST, JSON, f"Content-Length: {'9' * 400}") + BODY,
        head(HOST, JSON, CHUNKED) + b"zz\r\n" + BODY,
        head(HOST, JSON, CHUNKED) + b"-5\r\nabcde\r\n0\r\n\r\n",
        head(HOST, JSON, CHUNKED) + b"%x\r\n" % (2**80) + BODY,
        head(HOST, JSON, CHUNKED) + b"5;ext\r\nab",
    ],
    ids=range(16),
)
def test_a_body_of_two_lengths_or_none_is_no_job(server: LiveServer, sent: bytes) -> None:
    expect_refusal(exchange(server, sent))


def test_no_request_hides_in_the_body_of_another(server: LiveServer) -> None:
    inner = head(HOST, request=f"DELETE {JOBS}/one HTTP/1.1")

    for sent in (
        head(HOST, JSON, f"Content-Length: {len(inner)}") + inner,
        head(HOST, JSON, CHUNKED) + chunks(inner),
        head(HOST, JSON, "Content-Length: 0", CHUNKED) + b"0\r\n\r\n" + inner,
    ):
        expect_refusal(exchange(server, sent))


@pytest.mark.parametrize(
    "sent",
    [
        head("Host: localhost", "Host: evil.example", request=f"GET {JOBS} HTTP/1.1"),
        head("Host: evil.example", request=f"GET {JOBS} HTTP/1.1"),
        head("Host: \xe9\xff", request=f"GET {JOBS} HTTP/1.1"),
        head(HOST, "A\0B: c", request=f"GET {JOBS} HTTP/1.1"),
        head(HOST, "A: b\0c", request=f"GET {JOBS} HTTP/1.1"),
        head(HOST, "A B: c", request=f"GET {JOBS} HTTP/1.1"),
        head(HOST, ": c", request=f"GET {JOBS} HTTP/1.1"),
        head(HOST, f"X-Long: {'x' * 100_000}", request=f"GET {JOBS} HTTP/1.1"),
        head(HOST, *(f"X-{number}: 1" for number in range(2000)), request=f"GET {JOBS} HTTP/1.1"),
        head(HOST, request=f"GET {JOBS}?{'x' * 100_000} HTTP/1.1"),
        head(HOST, request=f"GET {JOBS}/\0 HTTP/1.1"),
        head(HOST, request=f"GET {JOBS} HTTP/9.9"),
        head(HOST, request=f"GET  {JOBS}  HTTP/1.1"),
        head(HOST, request=f"get {JOBS} HTTP/1.1"),
        head(HOST, request="GET"),
        head(HOST, request="CONNECT evil.example:443 HTTP/1.1"),
        head(HOST, request=f"GET {JOBS}/../../../../etc/passwd HTTP/1.1"),
        head(HOST, request="GET /docs/assets/%2e%2e/%2e%2e/pyproject.toml HTTP/1.1"),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\0" * 5000,
        b"\r\n" * 5000,
        b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n",
    ],
    ids=range(22),
)
def test_a_malformed_request_is_refused(server: LiveServer, sent: bytes) -> None:
    expect_refusal(exchange(server, sent))


def test_a_good_body_in_chunks_is_read_and_one_of_ten_megabytes_is_not(server: LiveServer) -> None:
    bad = json.dumps(bodies.training(model_path="")).encode()
    small = exchange(server, head(HOST, JSON, CHUNKED, "Connection: close") + chunks(bad[:10], bad[10:]))
    large = exchange(server, head(HOST, JSON, CHUNKED, "Connection: close") + chunks(*[b"[" * 100_000] * 100))

    assert statuses(small) == [422]
    assert b"model_path" in small
    assert statuses(large) in ([413], [])


def test_a_body_in_chunks_is_not_taken_for_whole_where_the_limit_cuts_it(server: LiveServer) -> None:
    body = json.dumps(bodies.training(job_id="cut")).encode()
    blanks = b" " * (MAX_BODY_BYTES - len(body))
    cut = head(HOST, JSON, CHUNKED, "Connection: close") + chunks(body, blanks, b"and more")

    answer = exchange(server, cut)

    assert statuses(answer) == [413]
    assert b"body_too_large" in answer


def test_what_the_log_says_of_all_this_is_no_stack_trace_of_ours(server: LiveServer, tmp_path_factory) -> None:
    logs = [path.read_text(errors="replace") for path in Path(tmp_path_factory.getbasetemp()).glob("api*/api.log")]

    assert logs
    assert not any("unforeseen_error" in text for text in logs)
