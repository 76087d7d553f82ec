"""The demonstration follows its job to the end and says where it is."""

import io

import httpx2
import pytest
from rich.console import Console

from client.demo import follow as following
from client.demo.follow import describe, follow
from client.stack.errors import StackError
from client.stack.supervisor import StopRequested

RUNNING = {
    "job_id": "demo-1",
    "status": "running",
    "phase": "train",
    "progress": 41.67,
    "progress_detail": {"loss": 0.12345, "remaining_seconds": 12},
}
QUEUED = {"job_id": "demo-1", "status": "queued", "phase": None, "progress": 0.0, "progress_detail": None}
COMPLETED = {"job_id": "demo-1", "status": "completed", "phase": "export", "progress": 100.0, "export_path": "/out"}


def answering(*jobs: dict) -> httpx2.Client:
    waiting = list(jobs)
    transport = httpx2.MockTransport(lambda _request: httpx2.Response(200, json=waiting.pop(0)))
    return httpx2.Client(transport=transport, base_url="http://stack/")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(following, "POLL_SECONDS", 0)


@pytest.mark.parametrize(
    ("job", "words"), [(QUEUED, "queued"), (RUNNING, "train, loss 0.123, 12 s left"), (COMPLETED, "completed")]
)
def test_a_job_is_described_by_what_is_known(job, words):
    assert describe(job) == words


def test_the_job_is_returned_when_it_has_ended():
    console = Console(file=io.StringIO())

    assert follow(answering(QUEUED, RUNNING, COMPLETED), "demo-1", console, lambda: None) == COMPLETED


def test_a_log_gets_a_line_for_each_change_only():
    out = io.StringIO()

    follow(answering(QUEUED, QUEUED, RUNNING, RUNNING, COMPLETED), "demo-1", Console(file=out), lambda: None)

    assert [line.split()[0] for line in out.getvalue().splitlines()] == ["0.0", "41.7", "100.0"]


def test_a_terminal_gets_a_bar():
    out = io.StringIO()

    follow(answering(RUNNING, COMPLETED), "demo-1", Console(file=out, force_terminal=True), lambda: None)

    assert "100%" in out.getvalue()


def test_a_job_that_does_not_move_is_given_up(monkeypatch):
    monkeypatch.setattr(following, "STALLED_SECONDS", 0.0)

    with pytest.raises(StackError, match=r"demo-1 has not moved for 0 s: train, loss 0\.123"):
        follow(answering(*[RUNNING] * 1000), "demo-1", Console(file=io.StringIO()), lambda: None)


def test_a_wish_to_stop_ends_the_following():
    def look_after() -> None:
        raise StopRequested

    with pytest.raises(StopRequested):
        follow(answering(), "demo-1", Console(file=io.StringIO()), look_after)
