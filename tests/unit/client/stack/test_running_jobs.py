"""The jobs that run when a stack stops are found, and stopped on request."""

import httpx2
import pytest

from client.stack import running_jobs
from client.stack.running_jobs import placed_jobs, stop_jobs


class Api:
    """Two jobs that end one look after they were asked to stop."""

    def __init__(self) -> None:
        self.states = {"one": "running", "two": "assigned", "three": "queued"}
        self.asked: list[str] = []
        self.client = httpx2.Client(transport=httpx2.MockTransport(self.answer), base_url="http://stack/")

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        _, *rest = request.url.path.strip("/").split("/")
        if not rest:
            wanted = request.url.params["status"]
            return httpx2.Response(
                200, json={"jobs": [{"job_id": name} for name, state in self.states.items() if state == wanted]}
            )
        if rest[1:] == ["stop"]:
            self.asked.append(rest[0])
            return httpx2.Response(200, json={"job_id": rest[0], "status": "cancelled"})
        state = self.states[rest[0]]
        self.states[rest[0]] = "cancelled" if rest[0] in self.asked else state
        return httpx2.Response(200, json={"status": state})


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(running_jobs, "POLL_SECONDS", 0)


def test_jobs_on_gpus_are_found_and_waiting_ones_are_not():
    assert sorted(placed_jobs(Api().client)) == ["one", "two"]


def test_each_job_is_asked_to_stop_and_waited_for():
    api, said = Api(), []

    left = stop_jobs(api.client, ["one", "two"], said.append)

    assert left == []
    assert api.asked == ["one", "two"]
    assert said == ["stopping job one", "stopping job two"]


def test_a_job_that_does_not_end_is_named(monkeypatch):
    monkeypatch.setattr(running_jobs, "STOP_SECONDS", 0)

    assert stop_jobs(Api().client, ["one"], print) == ["one"]
