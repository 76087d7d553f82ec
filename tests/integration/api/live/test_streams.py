"""Event streams of a real API process: everything once, in order, and resumed where they were cut."""

import threading
from collections.abc import Iterator

import pytest

from common.jobs import Job, Progress
from common.reasons import Reason
from common.states import Verb
from common.store import Store
from common.store.attempts import Report
from tests.integration.api.live_server import STREAM, TRAINING, LiveServer, Message
from tests.integration.store.test_job_verbs import call, place, start, submit
from tests.real_stack import eventually

pytestmark = pytest.mark.integration


def ship(store: Store, job: Job, text: str, attempt: int = 1) -> None:
    end = store.attempts.report(job.id, attempt, Report()).log_end
    store.attempts.report(job.id, attempt, Report(log_from=end, log_chunk=text))


def complete(store: Store, job: Job, attempt: int = 1) -> None:
    store.attempts.end(job.id, attempt, Verb.COMPLETE, None, "trained")


def next_message(found: Iterator[Message | str], event: str) -> Message:
    return next(message for message in found if isinstance(message, Message) and message.event == event)


def test_a_log_comes_as_it_grows_and_ends_with_the_job(server: LiveServer, store: Store) -> None:
    job = start(store)
    ship(store, job, "one\r\n")

    with server.stream(f"/jobs/{job.id}/logs") as found:
        first = next_message(found, "log")
        ship(store, job, "two 损失\n")
        second = next_message(found, "log")
        complete(store, job)
        rest = [message for message in found if isinstance(message, Message)]

    assert (first.id, first.data["text"]) == ("1:5", "one\r\n")
    assert (second.data["offset"], second.data["text"]) == (5, "two 损失\n")
    assert [(message.id, message.event, message.data["status"]) for message in rest] == [("1:16", "end", "completed")]


def test_a_log_resumes_at_the_byte_it_was_cut_at(server: LiveServer, store: Store) -> None:
    job = start(store)
    ship(store, job, "one\n")
    with server.stream(f"/jobs/{job.id}/logs") as found:
        last = next_message(found, "log")
    ship(store, job, "two\n")
    complete(store, job)

    resumed = server.messages(f"/jobs/{job.id}/logs", last.id)

    assert [message.data.get("text") for message in resumed] == ["two\n", None]
    assert server.messages(f"/jobs/{job.id}/logs", resumed[0].id)[0].event == "end"


def test_half_a_character_waits_for_its_other_half(server: LiveServer, store: Store) -> None:
    job = start(store)
    raw = "损失".encode()
    ship(store, job, raw[:4].decode("utf-8", "surrogateescape"))

    with server.stream(f"/jobs/{job.id}/logs") as found:
        first = next_message(found, "log")
        ship(store, job, raw[4:].decode("utf-8", "surrogateescape"))
        second = next_message(found, "log")

    assert (first.data["text"], second.data["text"]) == ("损", "失")


def test_a_stream_goes_on_with_the_next_attempts_log(server: LiveServer, store: Store) -> None:
    job = start(store)
    ship(store, job, "first\n")

    with server.stream(f"/jobs/{job.id}/logs") as found:
        next_message(found, "log")
        store.attempts.requeue(job.id, 1, Reason.NODE_LOST, "again", delay_seconds=0, counter="infra_failures")
        call(store, Verb.ASSIGN, job)
        store.attempts.start(job.id, 2, 4711, "/log", "started")
        ship(store, job, "second\n", attempt=2)
        complete(store, job, attempt=2)
        rest = [message for message in found if isinstance(message, Message)]

    assert [(message.id, message.event) for message in rest] == [("2:0", "attempt"), ("2:7", "log"), ("2:7", "end")]


def test_a_long_log_is_whole_in_its_frames(server: LiveServer, store: Store) -> None:
    job = start(store)
    text = "".join(f"line {number} 损失\n" for number in range(20_000))
    for at in range(0, len(text), 50_000):
        ship(store, job, text[at : at + 50_000])
    complete(store, job)

    messages = server.messages(f"/jobs/{job.id}/logs")

    assert len(messages) > 3
    assert "".join(message.data.get("text", "") for message in messages) == text
    assert [message.data["next_offset"] for message in messages[:-2]] == [
        message.data["offset"] for message in messages[1:-1]
    ]


def test_events_come_as_they_happen_and_resume_after_the_last_one(server: LiveServer, store: Store) -> None:
    job = submit(store)
    with server.stream(f"/jobs/{job.id}/events") as found:
        submitted = next_message(found, "event")
        store.jobs.cancel(job.id, "by test")
        rest = [message for message in found if isinstance(message, Message)]

    resumed = server.messages(f"/jobs/{job.id}/events", submitted.id)

    assert submitted.data["type"] == "submit"
    assert [message.event for message in rest] == ["event", "end"]
    assert rest[0].data["type"] == "cancel"
    assert resumed == rest


def test_progress_comes_when_it_changes(server: LiveServer, store: Store) -> None:
    job = start(store)
    with server.stream(f"/jobs/{job.id}/progress") as found:
        before = next_message(found, "progress")
        store.attempts.report(job.id, 1, Report(progress=Progress(step=5, max_steps=10)))
        after = next_message(found, "progress")
        complete(store, job)
        rest = [message for message in found if isinstance(message, Message)]

    assert (before.data["progress"], after.data["progress"]) == (0.0, 50.0)
    assert [message.event for message in rest] == ["progress", "end"]
    assert server.messages(f"/jobs/{job.id}/progress", rest[-1].id) == rest[-1:]


def test_a_job_that_is_deleted_ends_its_streams(server: LiveServer, store: Store) -> None:
    job = submit(store)
    with server.stream(f"/jobs/{job.id}/logs") as found:
        store.jobs.cancel(job.id, "by test")
        store.jobs.delete(job.id)

        assert next_message(found, "end").data["status"] in {"deleted", "cancelled"}


def test_a_silent_stream_says_that_it_is_alive(server: LiveServer, store: Store) -> None:
    job = place(store)
    with server.stream(f"/jobs/{job.id}/logs") as found:
        assert next(found) == "heartbeat"
        assert next(found) == "heartbeat"


def test_seats_are_bounded_and_other_requests_get_through(server: LiveServer, store: Store) -> None:
    job = start(store)
    eventually(server.clients, lambda count: count == 0)
    connections = [server.raw_request(f"/jobs/{job.id}/logs") for _ in range(4)]
    eventually(server.clients, lambda count: count == 4)

    refused = server.http.get(f"{TRAINING}/jobs/{job.id}/logs", headers=STREAM)
    polled = server.get(f"/jobs/{job.id}/logs", offset=0, wait="60s")

    assert (refused.status_code, refused.json()["code"]) == (503, "streams_full")
    assert int(refused.headers["Retry-After"]) > 0
    assert polled["text"] == ""
    for connection in connections:
        connection.close()
    eventually(server.clients, lambda count: count == 0, what="free places")


def test_a_client_that_reads_too_slowly_is_dropped_and_may_resume(server: LiveServer, store: Store) -> None:
    job = start(store)
    chunk = "x" * 99 + "\n"
    slow = server.raw_request(f"/jobs/{job.id}/logs", receive_buffer=4096)
    eventually(server.clients, lambda count: count >= 1)
    stop = threading.Event()

    def write_on() -> None:
        while not stop.wait(0.005):
            ship(store, job, chunk * 2000)

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        eventually(server.clients, lambda count: count == 0, what="the slow client's end")
    finally:
        stop.set()
        writer.join()
        slow.close()
    complete(store, job)

    messages = server.messages(f"/jobs/{job.id}/logs", f"1:{200_000}")
    assert messages[-1].event == "end"


def test_a_wrong_last_event_id_is_refused(server: LiveServer, store: Store) -> None:
    job = submit(store)
    headers = {**STREAM, "Last-Event-ID": "nonsense"}

    refused = [server.http.get(f"{TRAINING}/jobs/{job.id}/{feed}", headers=headers) for feed in ("logs", "events")]

    assert [response.status_code for response in refused] == [422, 422]
    assert refused[0].json()["errors"][0]["field"] == "Last-Event-ID"


@pytest.mark.parametrize("accept", ["*/*", "application/json", "", "text/event-stream;q=0.1, application/json"])
def test_json_is_answered_to_who_does_not_ask_for_a_stream(server: LiveServer, store: Store, accept: str) -> None:
    job = submit(store)

    for feed in ("logs", "events", "progress"):
        answer = server.http.get(f"{TRAINING}/jobs/{job.id}/{feed}", headers={"Accept": accept})
        assert answer.json()["job_id"] == job.id
