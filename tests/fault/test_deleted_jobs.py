"""DELETE of what runs: whoever dies or forgets meanwhile, it stays hidden, is ended, proved dead and then forgotten."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests.fault.test_processes_die import train
from tests.ports import free_port
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.fault

# More than the API has threads for requests.
MANY = 20
GRACE_SECONDS = 6


@pytest.fixture(scope="module")
def unbroken_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    """A node is not lost while its worker is slow to come back."""
    settings = {"GPU_SLOTS": f"cpu:{MANY}", "STOP_GRACE_SECONDS": GRACE_SECONDS, "NODE_TTL_SECONDS": 60}
    made = RealStack(tmp_path_factory.mktemp("stack"), free_port(), **settings)
    made.start()
    yield made
    made.stop()


def delete(stack: RealStack, job_id: str) -> float:
    """How long its answer took."""
    began = time.monotonic()
    assert stack.http.delete(f"/jobs/{job_id}").status_code == 204
    return time.monotonic() - began


def expect_hidden(stack: RealStack, job: dict) -> None:
    """Nobody sees it, and it keeps its GPU and its id."""
    assert stack.http.get(f"/jobs/{job['id']}").status_code == 404
    assert stack.http.delete(f"/jobs/{job['id']}").status_code == 404
    assert stack.get("/jobs")["total"] == 0
    assert [gpu["job_id"] for gpu in stack.get("/gpus")["gpus"] if gpu["status"] == "held"] == [job["id"]]
    refused = stack.http.post("/jobs", json={**fake_inputs(stack.folder), "output_dir": "o", "job_id": job["id"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "job_id_taken")


def expect_gone(stack: RealStack, *jobs: dict) -> None:
    stack.wait_until_forgotten(*(job["id"] for job in jobs))
    assert [job["id"] for job in jobs if is_alive(job)] == []
    assert stack.get("/jobs")["total"] == 0
    assert {gpu["status"] for gpu in stack.get("/gpus")["gpus"]} == {"free"}
    stack.expect_consistent()


def is_alive(job: dict) -> bool:
    try:
        return psutil.Process(job["process_id"]).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def noted(job: dict) -> dict:
    """What its node's disk keeps of its record."""
    return json.loads(Path(job["log_file_path"]).with_name("attempt.json").read_text())["kept"]["record"]


def test_twenty_deletes_of_stubborn_jobs_keep_nobody_waiting(stack: RealStack) -> None:
    ids = [f"stubborn-{number}" for number in range(MANY)]
    knobs = {"steps": 100, "wait_at_step": 1, "ignore_term": True}
    for job_id in ids:
        stack.submit(**fake_inputs(stack.folder, **knobs), output_dir=f"output/{job_id}")
    jobs = [stack.wait_for(job_id, "running") for job_id in ids]

    with ThreadPoolExecutor(MANY + 1) as pool:
        answers = [pool.submit(delete, stack, job_id) for job_id in ids]
        alive = [stack.http.get(f"http://127.0.0.1:{stack.port}/healthz") for _ in range(10)]
        took = [answer.result() for answer in answers]

    print(f"the slowest of {MANY} answers took {max(took):.2f} s, the slowest /healthz {slowest(alive):.3f} s")
    assert {answer.status_code for answer in alive} == {200}
    assert len(stack.deleting()) == MANY  # nobody waited for an end
    assert stack.get("/jobs")["total"] == 0
    expect_gone(stack, *jobs)


def slowest(answers: list) -> float:
    return max(answer.elapsed.total_seconds() for answer in answers)


@pytest.mark.parametrize("victim", ["api", "scheduler", "redis", "worker"])
def test_whoever_is_killed_meanwhile_it_stays_hidden_and_is_ended(stack: RealStack, victim: str) -> None:
    job = train(stack)
    with stack.frozen("worker"):  # so that it cannot end it yet
        delete(stack, "job")
        if victim == "redis":
            stack.redis.kill()
            stack.redis.start()
        elif victim != "worker":
            stack.kill(victim)
            stack.start_process(victim)
        eventually(stack.is_ready, bool, what="a ready API")
        expect_hidden(stack, job)
        assert is_alive(job)
    if victim == "worker":
        stack.kill("worker")
        stack.start_process("worker")

    expect_gone(stack, job)


def test_without_a_scheduler_it_is_ended_and_its_id_waits_for_the_next(stack: RealStack) -> None:
    job = train(stack)
    stack.kill("scheduler")

    delete(stack, "job")

    eventually(lambda: is_alive(job), lambda alive: not alive, what="its end")
    assert stack.deleting() == ["job"]
    stack.expect_consistent()
    stack.start_process("scheduler")
    expect_gone(stack, job)
    stack.submit(**fake_inputs(stack.folder, steps=2), output_dir="output/job", job_id="job")
    assert stack.wait_for("job", "completed")["attempt"] == 1


def test_it_does_not_come_back_from_a_redis_that_forgot_it(stack: RealStack) -> None:
    job = train(stack, ignore_term=True)
    delete(stack, "job")
    eventually(lambda: noted(job).get("deleted_at_ms"), bool, what="the wish on its node's disk")

    stack.redis_client().flushall()

    eventually(stack.deleting, lambda ids: ids == ["job"], what="its registration")
    assert stack.http.get("/jobs/job").status_code == 404
    expect_gone(stack, job)
