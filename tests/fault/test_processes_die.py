"""Processes die in the middle of a job, and the job does not."""

import json
import os
from pathlib import Path

import httpx2
import pytest

from tests.fault.phases import kill_runner, phase_file
from tests.real_stack import PATIENCE_SECONDS, RealStack, eventually, fake_inputs

pytestmark = pytest.mark.fault

STEPS = 20


def train(stack: RealStack, name: str = "job", **knobs: object) -> dict:
    """A job in the middle of its training, where it stays until it may go on."""
    knobs = {"steps": STEPS, "wait_at_step": 10, **knobs}
    stack.submit(**fake_inputs(stack.folder, **knobs), output_dir=f"output/{name}")
    return eventually(lambda: stack.job(name), _is_at_work, what="progress")


def let_go_on(job: dict) -> None:
    (Path(job["model_path"]) / "go").touch()


def _is_at_work(job: dict) -> bool:
    return job["progress_detail"] is not None and job["progress_detail"]["step"] > 3


def assert_told_whole(stack: RealStack, job: dict) -> None:
    """Redis has every byte of the log and every metric, once."""
    assert stack.log_of(job["id"]) == Path(job["log_file_path"]).read_bytes().decode()
    lines = stack.redis_client().lrange(f"st:job:{job['id']}:metrics", 0, -1)
    steps = [json.loads(line).get("global_step/max_steps") for line in lines]
    logged = Path(job["checkpoint_path"]).with_name("logging.jsonl").read_text().splitlines()
    assert steps == [json.loads(line).get("global_step/max_steps") for line in logged]
    assert len(set(filter(None, steps))) >= STEPS / 5


def test_a_killed_worker_does_not_end_training_and_the_next_one_adopts_it(stack: RealStack) -> None:
    before = train(stack)

    stack.kill("worker")
    os.kill(before["process_id"], 0)  # it goes on
    stack.start_process("worker")
    let_go_on(before)

    job = stack.wait_for("job", "completed")
    assert (job["attempt"], job["started_at"]) == (1, before["started_at"])
    assert_told_whole(stack, job)
    # Celery hears of it when the follower returns, a moment after the record says so.
    eventually(lambda: stack.celery_state(job["task_id"]), lambda state: state == "SUCCESS", what="SUCCESS")


def test_a_job_that_ends_while_no_worker_is_there_is_reported_by_the_next(stack: RealStack) -> None:
    before = train(stack, export_seconds=0.1)
    stack.kill("worker")
    let_go_on(before)
    eventually(lambda: phase_file(before, "train", "exit.json").exists(), bool, what="the end of its training")
    assert stack.job("job")["status"] == "running"

    stack.start_process("worker")

    assert_told_whole(stack, stack.wait_for("job", "completed"))


def test_a_terminated_worker_lets_go_quickly_and_training_goes_on(stack: RealStack) -> None:
    before = train(stack)

    stack.terminate("worker")
    os.kill(before["process_id"], 0)
    assert {gpu["status"] for gpu in stack.get("/gpus")["gpus"]} == {"node_away"}
    stack.start_process("worker")
    let_go_on(before)

    assert_told_whole(stack, stack.wait_for("job", "completed"))


def test_a_killed_scheduler_loses_no_job(stack: RealStack) -> None:
    stack.kill("scheduler")
    answer = stack.submit(**fake_inputs(stack.folder, steps=3), output_dir="output/job")
    assert answer["status"] == "pending"

    stack.start_process("scheduler")

    stack.wait_for("job", "completed")


def test_a_killed_redis_ends_no_job_and_loses_nothing(stack: RealStack) -> None:
    before = train(stack)

    stack.redis.kill()
    refused = eventually(lambda: stack.http.get("/jobs/job"), lambda answer: answer.status_code == 503)
    assert refused.headers["Retry-After"] == "5"
    assert refused.json()["code"] == "store_unavailable"
    posted = stack.http.post("/jobs", json={**fake_inputs(stack.folder), "output_dir": "output/other"})
    assert posted.status_code == 503
    stack.redis.start()
    let_go_on(before)

    job = stack.wait_for("job", "completed")
    assert job["attempt"] == 1
    assert_told_whole(stack, job)
    stack.submit(**fake_inputs(stack.folder, steps=2), output_dir="output/after")
    stack.wait_for("after", "completed")


def test_a_job_that_ends_while_redis_is_away_is_reported_when_it_is_back(stack: RealStack) -> None:
    before = train(stack)
    stack.redis.kill()
    let_go_on(before)
    eventually(lambda: phase_file(before, "train", "exit.json").exists(), bool, what="the end of its training")

    stack.redis.start()

    assert_told_whole(stack, stack.wait_for("job", "completed"))


def test_a_killed_runner_costs_an_attempt_and_nothing_more(stack: RealStack) -> None:
    before = train(stack, escape_child=True)

    kill_runner(before, "train")

    requeued = eventually(lambda: stack.job("job"), lambda job: job["status"] == "queued", what="queued again")
    assert requeued["reason"] == "runner_lost"
    assert not _is_alive(before["process_id"])
    let_go_on(before)
    assert stack.wait_for("job", "completed")["attempt"] == 2


def test_a_lost_hint_is_repaired(stack: RealStack) -> None:
    stack.replace("scheduler", NODE_TTL_SECONDS=300)  # to it, the node is there though its worker is not
    stack.kill("worker")
    stack.submit(**fake_inputs(stack.folder, steps=2), output_dir="output/job")
    eventually(lambda: stack.job("job")["status"], lambda status: status == "assigned", what="an assignment")
    stack.broker_client().flushdb()  # every message is gone

    stack.start_process("worker")

    stack.wait_for("job", "completed")
    stack.replace("scheduler")


def test_a_cancel_while_the_worker_is_away_is_carried_out_by_the_next(stack: RealStack) -> None:
    before = train(stack)
    stack.kill("worker")

    assert stack.http.post("/jobs/job/stop").status_code == 200
    assert stack.job("job")["status"] == "running"  # honestly: its processes are alive
    stack.start_process("worker")

    stack.wait_for("job", "cancelled")
    assert not _is_alive(before["process_id"])


def test_a_second_worker_for_the_same_node_is_refused(stack: RealStack) -> None:
    first = stack.processes["worker"]

    second = stack.start_process("worker")
    second.wait(timeout=PATIENCE_SECONDS)

    assert second.returncode != 0
    assert "has a worker already" in (stack.folder / "worker.log").read_text()
    stack.processes["worker"] = first


@pytest.mark.parametrize(("policy", "state"), [("requeue", "queued"), ("fail", "failed")])
def test_a_lost_node_is_settled_by_the_jobs_policy(stack: RealStack, policy: str, state: str) -> None:
    stack.submit(**fake_inputs(stack.folder, steps=5000), output_dir="output/job", on_node_lost=policy)
    running = stack.wait_for("job", "running")
    stack.kill("worker")

    settled = stack.wait_for("job", state)

    assert settled["reason"] == "node_lost"
    os.kill(running["process_id"], 0)  # nobody could tell its node
    stack.start_process("worker")
    eventually(lambda: _is_alive(running["process_id"]), lambda alive: not alive, what="the end of the stale attempt")


def test_a_silent_node_keeps_its_jobs_by_default(stack: RealStack) -> None:
    before = train(stack)
    stack.kill("worker")
    eventually(
        lambda: [event["type"] for event in stack.get("/jobs/job/events")["events"]],
        lambda types: "node_lost" in types,
    )
    assert stack.job("job")["status"] == "running"

    stack.start_process("worker")
    let_go_on(before)

    job = stack.wait_for("job", "completed")
    assert (job["attempt"], job["reason"]) == (1, "")


def test_submissions_with_one_key_make_one_job_though_redis_dies_between_them(stack: RealStack) -> None:
    body = {**fake_inputs(stack.folder, steps=2), "output_dir": "output/job"}
    first = stack.http.post("/jobs", json=body, headers={"Idempotency-Key": "k"})
    stack.redis.kill()
    stack.redis.start()

    again = eventually(
        lambda: _post(stack, body), lambda answer: answer is not None and answer.status_code != 503, what="an answer"
    )

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["job_id"] == again.json()["job_id"] == "job"
    assert stack.get("/jobs")["total"] == 1


def _post(stack: RealStack, body: dict) -> httpx2.Response | None:
    return stack.http.post("/jobs", json=body, headers={"Idempotency-Key": "k"})


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
