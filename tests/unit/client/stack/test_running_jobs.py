"""The jobs and deployments that run when a stack stops are found, and stopped on request."""

import httpx2
import pytest

from client.stack import running_jobs
from client.stack.foreground import going_on
from client.stack.running_jobs import placed_jobs, stop_jobs, waiting_jobs

STATES = {
    "training": {"one": "running", "two": "assigned", "three": "queued", "four": "completed"},
    "deploy": {"a~deploy-1": "starting", "b~k8s-1": "running", "c~deploy-1": "pending", "d~cloud-1": "stopped"},
}
ENDS = {"training": "cancelled", "deploy": "stopped"}


class Api:
    """Jobs and deployments that end one look after they were asked to stop."""

    def __init__(self) -> None:
        self.states = {noun: dict(states) for noun, states in STATES.items()}
        self.asked: list[str] = []
        self.client = httpx2.Client(transport=httpx2.MockTransport(self.answer), base_url="http://stack/")

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        noun, jobs, *rest = request.url.path.strip("/").split("/")
        assert jobs == "jobs"
        states = self.states[noun]
        if not rest:
            wanted = request.url.params["status"]
            found = [{"job_id": name} for name, state in states.items() if state == wanted]
            return httpx2.Response(200, json={"jobs": found})
        if rest[1:] == ["stop"]:
            self.asked.append(rest[0])
            return httpx2.Response(200, json={"job_id": rest[0], "status": states[rest[0]]})
        state = states[rest[0]]
        states[rest[0]] = ENDS[noun] if rest[0] in self.asked else state
        return httpx2.Response(200, json={"status": state})


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(running_jobs, "POLL_SECONDS", 0)


def test_what_is_placed_and_what_waits_are_found_of_both_kinds():
    assert sorted(placed_jobs(Api().client)) == ["a~deploy-1", "b~k8s-1", "one", "two"]
    assert sorted(waiting_jobs(Api().client)) == ["c~deploy-1", "three"]


def test_each_is_asked_to_stop_and_waited_for():
    api, said = Api(), []

    left = stop_jobs(api.client, ["one", "a~deploy-1"], said.append)

    assert left == []
    assert api.asked == ["one", "a~deploy-1"]
    assert said == ["stopping job one", "stopping deployment a~deploy-1"]


def test_one_that_does_not_end_is_named(monkeypatch):
    monkeypatch.setattr(running_jobs, "STOP_SECONDS", 0)

    assert stop_jobs(Api().client, ["one"], print) == ["one"]


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (["one"], "1 job goes on running; "),
        (["a~deploy-1", "b~k8s-1"], "2 deployments go on running; "),
        (["one", "two", "a~deploy-1"], "2 jobs and 1 deployment go on running; "),
    ],
)
def test_what_goes_on_is_counted_and_named(left, words):
    assert going_on(left).startswith(words)
    assert going_on(left).endswith(": " + ", ".join(left))
