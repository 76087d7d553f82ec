"""The demonstration's deployment is waited for, and stopped whatever happens."""

import io
import json
from pathlib import Path

import httpx2
import pytest
from rich.console import Console

from client.demo import serve
from client.demo.serve import served
from client.stack import running_jobs
from client.stack.errors import StackError
from client.stack.settings import StackSettings
from client.stack.supervisor import StopRequested

SETTINGS = StackSettings(Path("/demo"), "127.0.0.1", 8000, "the-key", {}, Path("/swift/bin/python"))
ID = "swifty~deploy-1"


class Api:
    """A deployment that goes through these states, one at each look; stopping it ends it."""

    def __init__(self, *states: str) -> None:
        self.states = list(states)
        self.posted: list[object] = []
        self.stopped = False
        self.client = httpx2.Client(transport=httpx2.MockTransport(self.answer), base_url="http://stack/")

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if path == "/deploy/jobs":
            self.posted.append(json.loads(request.content))
            return httpx2.Response(201, json={"job_id": ID, "api_key": "sk-1", "name": "swifty"})
        if path.endswith("/stop"):
            self.stopped, self.states = True, ["stopped"]
        if path.endswith("/logs"):
            return httpx2.Response(200, json={"logs": ["Traceback: out of luck"]})
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return httpx2.Response(200, json={"job_id": ID, "status": state, "reason": "start_failed"})


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(serve, "POLL_SECONDS", 0)
    monkeypatch.setattr(running_jobs, "POLL_SECONDS", 0)


def run(api: Api, look_after=lambda: None) -> str:
    out = io.StringIO()
    console = Console(file=out, width=200)
    with served(api.client, SETTINGS, "demo-1", console, look_after) as wait:
        answering = wait()
        console.print(f"key {answering['api_key']}, {answering['status']}")
    return out.getvalue()


def test_it_is_deployed_waited_for_and_stopped():
    api = Api("assigned", "assigned", "starting", "running")

    text = run(api)

    assert api.posted == [{"model_path": "demo-1", "name": "swifty"}]
    assert [line.strip() for line in text.splitlines()[-5:]] == [
        f"{ID} is assigned",
        f"{ID} is starting",
        f"{ID} is running",
        "key sk-1, running",
        f"stopping deployment {ID}",
    ]
    assert "the-key" not in text
    assert api.stopped


def test_one_that_fails_is_told_with_its_log_and_cleaned_up():
    api = Api("starting", "failed")

    with pytest.raises(StackError, match=r"start_failed\n  Traceback: out of luck"):
        run(api)
    assert api.stopped


def test_one_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr(serve, "START_SECONDS", 0.01)

    with pytest.raises(StackError, match="did not answer"):
        run(Api("starting"))


def test_a_wish_to_stop_stops_it():
    api = Api("starting")

    def look_after() -> None:
        raise StopRequested

    with pytest.raises(StopRequested):
        run(api, look_after)
    assert api.stopped
