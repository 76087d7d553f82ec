from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from swift_trainer.sdk import (
    ApiError,
    Conflict,
    ConnectionFailed,
    Forbidden,
    Invalid,
    NotFound,
    Unauthorized,
    Unavailable,
)
from swift_trainer.sdk.problem import error_from, retry_after_seconds

NOW = datetime(2025, 6, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ApiError),
        (401, Unauthorized),
        (403, Forbidden),
        (404, NotFound),
        (409, Conflict),
        (422, Invalid),
        (500, ApiError),
        (503, Unavailable),
    ],
)
def test_each_status_has_its_error(status: int, kind: type[ApiError]) -> None:
    error = error_from(status, {}, b"{}")

    assert type(error) is kind
    assert error.status == status


def test_problem_details_are_read_in_full() -> None:
    body = (
        b'{"type": "about:blank", "title": "Invalid", "status": 422, "detail": "2 fields are wrong",'
        b' "code": "invalid_input", "request_id": "r1",'
        b' "errors": [{"field": "gpus", "message": "must be at least 1"}, "noise"]}'
    )

    error = error_from(422, {}, body)

    assert (error.code, error.message, error.request_id) == ("invalid_input", "2 fields are wrong", "r1")
    assert error.errors == ({"field": "gpus", "message": "must be at least 1"},)
    assert error.problem["title"] == "Invalid"
    assert str(error) == "2 fields are wrong"


def test_the_older_form_of_an_error_is_understood() -> None:
    error = error_from(404, {}, b'{"error": "no such job", "status_code": 404, "path": "/x"}')

    assert error.message == "no such job"
    assert error.code == "http_404"


@pytest.mark.parametrize("body", [b"", b"<html>Bad gateway</html>", b"[1]", b"null", b"\xff\xfe", b'{"detail": 7}'])
def test_a_body_that_is_no_problem_still_gives_a_sentence(body: bytes) -> None:
    error = error_from(502, httpx2.Headers({"x-request-id": "r2"}), body)

    assert error.message == "the service answered 502 Bad Gateway"
    assert error.request_id == "r2"


def test_a_redirect_says_where_to() -> None:
    assert "https://b/" in error_from(301, {"Location": "https://b/"}, b"").message


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("Sun, 01 Jun 2025 12:00:30 GMT", 30.0),
        ("Sun, 01 Jun 2025 11:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("-3", None),
    ],
)
def test_retry_after_is_read_as_number_and_as_date(value: str, seconds: float | None) -> None:
    assert retry_after_seconds({"Retry-After": value}, NOW) == seconds


def test_nothing_listening_is_told_in_words(client: Any, service: Any) -> None:
    service.on("GET", "/jobs/a", httpx2.ConnectError("[Errno 111] Connection refused"))

    with pytest.raises(ConnectionFailed, match=r"cannot reach http://trainer\.test: is the service up\?.* swt up"):
        client.jobs.get("a")


def test_a_timeout_is_told_in_words(client: Any, service: Any) -> None:
    service.on("GET", "/jobs/a", httpx2.ReadTimeout("timed out"))

    with pytest.raises(ConnectionFailed, match="did not answer in time"):
        client.jobs.get("a")


def test_a_page_of_something_else_is_not_taken_for_an_answer(client: Any, service: Any) -> None:
    service.on("GET", "/jobs/a", b"<html>hello</html>")

    with pytest.raises(ApiError, match="not JSON") as caught:
        client.jobs.get("a")
    assert caught.value.code == "not_json"
