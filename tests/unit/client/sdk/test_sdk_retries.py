from typing import Any

import httpx2
import pytest

from swift_trainer.sdk import ApiError, ConnectionFailed, Unavailable
from swift_trainer.sdk.retry import RetryPolicy, is_safe_to_repeat, pause_before_retry

AWAY: tuple[int, dict[str, str], dict[str, str]] = (503, {"code": "store_unavailable"}, {})
OK = {"job_id": "a", "status": "queued"}


def test_a_read_is_repeated_until_the_service_is_back(client: Any, service: Any, clock: Any) -> None:
    service.on("GET", "/jobs/a", httpx2.ConnectError("refused"), AWAY, OK)

    assert client.jobs.get("a") == OK
    assert len(clock.naps) == 2


def test_a_submission_is_repeated_with_the_same_key(client: Any, service: Any) -> None:
    service.on("POST", "/jobs", httpx2.ReadError("reset"), (201, OK))

    client.jobs.submit({"task_type": "llm"})

    keys = [request.headers["Idempotency-Key"] for request in service.requests]
    assert len(keys) == 2
    assert keys[0] == keys[1]


@pytest.mark.parametrize("verb", ["stop", "start", "export"])
def test_a_verb_without_a_key_is_sent_once(client: Any, service: Any, verb: str) -> None:
    service.on("POST", f"/jobs/a/{verb}", AWAY, OK)

    with pytest.raises(Unavailable):
        getattr(client.jobs, verb)("a")
    assert len(service.requests) == 1


def test_a_deletion_is_sent_once(client: Any, service: Any) -> None:
    service.on("DELETE", "/jobs/a", httpx2.ReadError("reset"), (204, None))

    with pytest.raises(ConnectionFailed):
        client.jobs.delete("a")
    assert len(service.requests) == 1


def test_retries_are_bounded(client: Any, service: Any) -> None:
    service.on("GET", "/jobs/a", AWAY)

    with pytest.raises(Unavailable) as caught:
        client.jobs.get("a")
    assert len(service.requests) == 4
    assert caught.value.code == "store_unavailable"


@pytest.mark.parametrize("status", [400, 404, 409, 422, 500])
def test_a_real_refusal_is_not_repeated(client: Any, service: Any, status: int) -> None:
    service.on("GET", "/jobs/a", (status, {}))

    with pytest.raises(ApiError):
        client.jobs.get("a")
    assert len(service.requests) == 1


def test_retry_after_is_waited_for(client: Any, service: Any, clock: Any) -> None:
    service.on("GET", "/jobs/a", (503, {}, {"Retry-After": "7"}), OK)

    client.jobs.get("a")

    assert clock.naps == [7.0]


def test_a_pause_longer_than_the_longest_is_left_to_the_caller(client: Any, service: Any, clock: Any) -> None:
    service.on("GET", "/jobs/a", (503, {}, {"Retry-After": "3600"}), OK)

    with pytest.raises(Unavailable) as caught:
        client.jobs.get("a")
    assert caught.value.retry_after == 3600.0
    assert clock.naps == []


def test_pauses_double_and_stop_growing() -> None:
    policy = RetryPolicy(tries=9, first_pause_seconds=1.0, longest_pause_seconds=5.0)

    pauses = [pause_before_retry(policy, failures, None, jitter=0.5) for failures in range(1, 10)]

    assert pauses == [1.0, 2.0, 4.0, 5.0, 5.0, 5.0, 5.0, 5.0, None]


@pytest.mark.parametrize(
    ("method", "headers", "safe"),
    [
        ("GET", {}, True),
        ("POST", {}, False),
        ("POST", {"idempotency-key": "k"}, True),
        ("DELETE", {}, False),
        ("DELETE", {"Idempotency-Key": "k"}, False),
    ],
)
def test_only_requests_that_may_arrive_twice_are_repeated(method: str, headers: dict[str, str], safe: bool) -> None:
    assert is_safe_to_repeat(method, headers) is safe
