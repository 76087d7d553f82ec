"""Redis answers and refuses: it is full, was made a replica, or misses its own. Nothing that runs ends for it."""

import time

import httpx2
import pytest

from tests.fault.redis_refusals import FULL, REFUSALS, Refusal, refusing
from tests.fault.test_processes_die import let_go_on, train
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.fault

# It takes a hundredth of a second; a busy machine adds to it.
SOON_SECONDS = 5.0


def ask(stack: RealStack, method: str, path: str, **body: object) -> httpx2.Response:
    began = time.monotonic()
    answer = stack.http.request(method, path, json=body or None)
    took = time.monotonic() - began
    assert took < SOON_SECONDS, f"{method} {path} took {took:.1f} s"
    return answer


def beats(stack: RealStack) -> set[str]:
    """Whether the worker heard of the trouble, and what it thinks of it now."""
    log = stack.log_file("worker").read_text()
    return {"away"} if log.rfind("store_away") > log.rfind("store_back") else set()


def readyz(stack: RealStack) -> httpx2.Response:
    return stack.http.get(f"http://127.0.0.1:{stack.port}/readyz")


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_a_training_goes_on_and_every_process_with_it(stack: RealStack, refusal: Refusal) -> None:
    before = train(stack)
    pids = {name: process.pid for name, process in stack.processes.items()}
    body = {**fake_inputs(stack.folder), "output_dir": "output/refused"}

    with refusing(stack.redis_client(), refusal):
        submitted = ask(stack, "POST", "/jobs", **body)
        stopped = ask(stack, "POST", f"/jobs/{before['id']}/stop")
        eventually(lambda: readyz(stack), lambda answer: answer.status_code == 503, what="an API that is not ready")
        ready, health = readyz(stack), stack.http.get("/health")
        eventually(lambda: beats(stack), bool, what="a worker that knows")
        # Nothing happens, or so it should be: a broker that refuses is tried once a second, which used to end Celery's
        # workers, and not every refusal is one that they tell of.
        time.sleep(2.5)

    for answer in (submitted, stopped, ready):
        assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, refusal.code, "5")
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert (health.status_code, health.json()["status"]) == (503, "unhealthy")
    eventually(lambda: readyz(stack).status_code, lambda status: status == 200, what="a ready API")
    let_go_on(before)
    job = stack.wait_for(before["id"], "completed")
    assert (job["attempt"], job["started_at"]) == (1, before["started_at"])
    assert {name: process.pid for name, process in stack.processes.items() if process.poll() is None} == pids
    # Its broker takes messages again, and its worker hears them.
    after = stack.submit(**{**body, "output_dir": "output/after"})
    stack.wait_for(after["job_id"], "completed")


def test_a_job_that_ends_while_redis_is_full_is_completed_when_there_is_room(stack: RealStack) -> None:
    before = train(stack, export_seconds=0.1)

    with refusing(stack.redis_client(), FULL):
        let_go_on(before)
        exported = stack.folder / "output" / "job" / "attempt-1" / "merged"
        eventually(exported.exists, bool, what="the end of its export")

    job = stack.wait_for(before["id"], "completed")
    assert job["attempt"] == 1
