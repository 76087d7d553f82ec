"""Long polls of a real API process: they answer when there is news, and not before."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from common.jobs import Progress
from common.store import Store
from common.store.attempts import Report
from tests.integration.api.live_server import TRAINING, LiveServer
from tests.integration.store.test_job_verbs import start, submit
from tests.real_stack import eventually

pytestmark = pytest.mark.integration

# The longest that a poll may ask for: whoever is answered in half of it was not answered because the time was over.
LONG, HALF_SECONDS = "60s", 30


def answer_to(server: LiveServer, act: Callable[[], object], path: str, **query: Any) -> dict[str, Any]:
    """What a poll answers that waits already when `act` is called."""
    eventually(server.clients, lambda count: count == 0)
    with ThreadPoolExecutor(1) as pool:
        poll: Future[dict[str, Any]] = pool.submit(server.get, path, wait=LONG, **query)
        eventually(server.clients, lambda count: count == 1, what="a poll that waits")
        act()
        began = time.monotonic()
        answer = poll.result()
    assert time.monotonic() - began < HALF_SECONDS
    return answer


def test_a_log_is_answered_when_it_grows(server: LiveServer, store: Store) -> None:
    job = start(store)
    store.attempts.report(job.id, 1, Report(log_chunk="one\n"))

    answer = answer_to(
        server,
        lambda: store.attempts.report(job.id, 1, Report(log_from=4, log_chunk="two\n")),
        f"/jobs/{job.id}/logs",
        offset=4,
    )

    assert (answer["text"], answer["next_offset"], answer["end"]) == ("two\n", 8, False)


def test_a_state_is_answered_when_it_changes(server: LiveServer, store: Store) -> None:
    job = submit(store)

    for path in ("", "/status", "/progress"):
        seen = server.get(f"/jobs/{job.id}")["revision"]
        verb = store.jobs.hold if path != "/status" else store.jobs.release
        answer = answer_to(server, lambda verb=verb: verb(job.id, "by test"), f"/jobs/{job.id}{path}", revision=seen)
        assert answer["revision"] == seen + 1


def test_progress_is_answered_when_it_changes(server: LiveServer, store: Store) -> None:
    job = start(store)
    report = Report(progress=Progress(step=1, max_steps=4))

    answer = answer_to(server, lambda: store.attempts.report(job.id, 1, report), f"/jobs/{job.id}/progress")

    assert answer["progress"] == 25.0


def test_an_event_is_answered_when_it_happens(server: LiveServer, store: Store) -> None:
    job = submit(store)
    (known,) = server.get(f"/jobs/{job.id}/events")["events"]

    answer = answer_to(server, lambda: store.jobs.hold(job.id, "by test"), f"/jobs/{job.id}/events", after=known["id"])

    assert [event["type"] for event in answer["events"]] == ["hold"]


def test_nothing_new_is_answered_when_the_time_is_over(server: LiveServer, store: Store) -> None:
    job = submit(store)
    tag = server.http.get(f"{TRAINING}/jobs/{job.id}").headers["ETag"]
    began = time.monotonic()

    answer = server.http.get(f"{TRAINING}/jobs/{job.id}/status?wait=1", headers={"If-None-Match": tag})

    assert (answer.status_code, answer.headers["ETag"]) == (304, tag)
    assert time.monotonic() - began >= 1


def test_a_client_that_is_behind_does_not_wait(server: LiveServer, store: Store) -> None:
    job = start(store)
    store.attempts.report(job.id, 1, Report(log_chunk="one\n"))
    began = time.monotonic()

    assert server.get(f"/jobs/{job.id}/logs", offset=0, wait=LONG)["text"] == "one\n"
    assert server.get(f"/jobs/{job.id}/events", after="0-0", wait=LONG)["events"] != []
    assert server.get(f"/jobs/{job.id}", revision=1, wait=LONG)["revision"] > 1
    assert time.monotonic() - began < HALF_SECONDS


def test_nobody_waits_for_a_job_that_has_ended(server: LiveServer, store: Store) -> None:
    job = submit(store)
    store.jobs.cancel(job.id, "by test")
    last = server.get(f"/jobs/{job.id}/events")["events"][-1]["id"]
    began = time.monotonic()

    assert server.get(f"/jobs/{job.id}/logs", offset=0, wait=LONG)["end"] is True
    assert server.get(f"/jobs/{job.id}/events", after=last, wait=LONG)["events"] == []
    assert server.get(f"/jobs/{job.id}/status", wait=LONG)["status"] == "cancelled"
    assert time.monotonic() - began < HALF_SECONDS


@pytest.mark.parametrize("wait", ["61", "-1", "1m", "1.5", "s", "1e1", "٣"])
def test_a_wait_that_is_none_is_refused(server: LiveServer, store: Store, wait: str) -> None:
    job = submit(store)

    refused = server.http.get(f"{TRAINING}/jobs/{job.id}/status", params={"wait": wait})

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "wait")
