from typing import Any

import httpx2
import pytest

from swift_trainer.sdk import NotFound, SwiftTrainer, Unavailable, WaitTimedOut


def test_every_request_carries_the_key(client: Any, service: Any) -> None:
    service.on("GET", "/queue", {"total_queued": 0, "queue_items": []})

    assert client.queue.list() == []
    assert service.requests[0].headers["Authorization"] == "Bearer sekret"


def test_without_a_key_there_is_no_such_header(service: Any) -> None:
    service.on("GET", "/gpus", {"gpus": [{"id": 0}], "total": 1})

    with SwiftTrainer("http://trainer.test", transport=httpx2.MockTransport(service)) as client:
        assert client.gpus.list() == [{"id": 0}]
    assert "Authorization" not in service.requests[0].headers


def test_submit_sends_the_body_and_a_key_of_its_own(client: Any, service: Any) -> None:
    service.on("POST", "/jobs", (201, {"job_id": "a", "status": "pending", "message": "ok"}))

    client.jobs.submit({"task_type": "llm", "gpus": 2})
    client.jobs.submit({"task_type": "llm", "gpus": 2})

    assert service.bodies[0] == {"task_type": "llm", "gpus": 2}
    first, second = (request.headers["Idempotency-Key"] for request in service.requests)
    assert first != second


def test_submit_takes_the_key_of_the_caller(client: Any, service: Any) -> None:
    service.on("POST", "/jobs", (201, {"job_id": "a"}))

    client.jobs.submit({}, idempotency_key="build-7")

    assert service.requests[0].headers["Idempotency-Key"] == "build-7"


@pytest.mark.parametrize(
    ("call", "method", "path"),
    [
        (lambda jobs: jobs.get("a"), "GET", ""),
        (lambda jobs: jobs.status("a"), "GET", "/status"),
        (lambda jobs: jobs.progress("a"), "GET", "/progress"),
        (lambda jobs: jobs.logs("a", limit=5), "GET", "/logs"),
        (lambda jobs: jobs.start("a"), "POST", "/start"),
        (lambda jobs: jobs.stop("a"), "POST", "/stop"),
        (lambda jobs: jobs.export("a"), "POST", "/export"),
    ],
)
def test_each_verb_goes_to_its_path(client: Any, service: Any, call: Any, method: str, path: str) -> None:
    service.on(method, f"/jobs/a{path}", {"job_id": "a"})

    assert call(client.jobs) == {"job_id": "a"}


def test_delete_answers_nothing(client: Any, service: Any) -> None:
    service.on("DELETE", "/jobs/a", (204, None))

    assert client.jobs.delete("a") is None


def test_events_are_unpacked_and_limited(client: Any, service: Any) -> None:
    service.on("GET", "/jobs/a/events", {"job_id": "a", "events": [{"type": "submit"}], "total": 1})

    assert client.jobs.events("a", limit=3) == [{"type": "submit"}]
    assert service.requests[0].url.params["limit"] == "3"


def test_an_id_cannot_leave_its_place_in_the_path(client: Any, service: Any) -> None:
    service.on("GET", "/jobs/..%2Fqueue%3Fx", {"job_id": "odd"})

    assert client.jobs.get("../queue?x") == {"job_id": "odd"}


@pytest.mark.parametrize("job_id", ["", ".", ".."])
def test_an_id_of_dots_is_refused(client: Any, job_id: str) -> None:
    with pytest.raises(ValueError, match="not a job id"):
        client.jobs.delete(job_id)


def _page(*ids: str, total: int) -> dict[str, Any]:
    return {"jobs": [{"job_id": job_id} for job_id in ids], "total": total}


def test_list_walks_all_pages(client: Any, service: Any) -> None:
    ids = [f"job-{number}" for number in range(150)]
    service.on("GET", "/jobs", _page(*ids[:100], total=150), _page(*ids[100:], total=150))

    found = [job["job_id"] for job in client.jobs.list(status="running")]

    assert found == ids
    assert [dict(request.url.params) for request in service.requests] == [
        {"page": "1", "size": "100", "status": "running"},
        {"page": "2", "size": "100", "status": "running"},
    ]


def test_list_shows_a_job_once_that_moved_to_the_next_page(client: Any, service: Any) -> None:
    ids = [f"job-{number}" for number in range(150)]
    service.on("GET", "/jobs", _page(*ids[:100], total=150), _page(ids[99], *ids[100:149], total=151))

    assert [job["job_id"] for job in client.jobs.list()] == ids[:149]


def test_list_asks_for_no_more_than_the_limit(client: Any, service: Any) -> None:
    service.on("GET", "/jobs", _page("a", "b", total=9))

    assert [job["job_id"] for job in client.jobs.list(limit=2)] == ["a", "b"]
    assert len(service.requests) == 1


def test_list_ends_when_the_total_was_wrong(client: Any, service: Any) -> None:
    service.on("GET", "/jobs", _page("a", total=500), _page(total=500))

    assert [job["job_id"] for job in client.jobs.list()] == ["a"]


def test_wait_answers_the_final_job(client: Any, service: Any, clock: Any, make_job: Any) -> None:
    service.on("GET", "/jobs/a", make_job("a"), make_job("a"), make_job("a", "failed"))

    assert client.jobs.wait("a", poll=3)["status"] == "failed"
    assert clock.naps == [3, 3]


def test_wait_gives_up_in_time_and_shows_the_last_view(client: Any, service: Any, clock: Any, make_job: Any) -> None:
    service.on("GET", "/jobs/a", make_job("a"))

    with pytest.raises(WaitTimedOut, match="still running after 5 s") as caught:
        client.jobs.wait("a", timeout=5, poll=2)
    assert caught.value.job["job_id"] == "a"
    assert sum(clock.naps) == 5


def test_wait_outlives_an_outage_that_is_longer_than_the_retries(
    client: Any, service: Any, clock: Any, make_job: Any
) -> None:
    service.on("GET", "/jobs/a", make_job("a"), *[httpx2.ConnectError("refused")] * 40, make_job("a", "completed"))

    assert client.jobs.wait("a")["status"] == "completed"


def test_wait_does_not_outlive_an_outage_without_end(client: Any, service: Any, clock: Any) -> None:
    service.on("GET", "/jobs/a", (503, {}))

    with pytest.raises(Unavailable):
        client.jobs.wait("a")
    assert 200 < sum(clock.naps) < 400


def test_wait_ends_at_once_when_the_job_is_gone(client: Any, service: Any, make_job: Any) -> None:
    service.on("GET", "/jobs/a", make_job("a"), (404, {"code": "job_not_found"}))

    with pytest.raises(NotFound):
        client.jobs.wait("a")


def test_health_of_a_sick_service_is_an_answer(client: Any, service: Any, clock: Any) -> None:
    sick = {"status": "unhealthy", "services": {"redis": "down"}}
    service.on("GET", "/health", (503, sick))

    assert client.health() == sick
    assert clock.naps == []


def test_health_behind_a_proxy_without_service_is_an_error(client: Any, service: Any) -> None:
    service.on("GET", "/health", (503, b"<html>"))

    with pytest.raises(Unavailable):
        client.health()


def test_waiting_is_left_to_a_service_that_holds_its_answers_back(
    client: Any, service: Any, clock: Any, make_job: Any
) -> None:
    first, last = (200, make_job("a"), {"ETag": '"1"'}), (200, make_job("a", "completed"), {"ETag": '"2"'})
    service.on("GET", "/jobs/a", first, (304, None), last)

    seen = list(client.jobs.watch("a", poll=0))

    assert [view["status"] for view in seen] == ["running", "completed"]
    assert [request.headers.get("If-None-Match") for request in service.requests] == [None, '"1"', '"1"']
    assert [request.url.params.get("wait") for request in service.requests] == [None, "30s", "30s"]
    assert sum(clock.naps) == 0


def test_a_wait_is_no_longer_than_what_is_left(client: Any, service: Any, clock: Any, make_job: Any) -> None:
    service.on("GET", "/jobs/a", (200, make_job("a"), {"ETag": '"1"'}), (304, None))

    with pytest.raises(WaitTimedOut):
        client.jobs.wait("a", timeout=12, poll=5)
    assert [request.url.params.get("wait") for request in service.requests][1:3] == ["12s", "7s"]
    assert sum(clock.naps) == 12


def test_where_there_is_no_place_to_wait_the_service_says_when_to_ask_again(
    client: Any, service: Any, clock: Any, make_job: Any
) -> None:
    first, full = (200, make_job("a"), {"ETag": '"1"'}), (304, None, {"Retry-After": "7"})
    service.on("GET", "/jobs/a", first, full, (200, make_job("a", "completed"), {"ETag": '"2"'}))

    client.jobs.wait("a", poll=1)

    assert clock.naps == [0, 7]
