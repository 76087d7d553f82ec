"""Redis comes back empty, or as it was an hour ago: what runs goes on, and is in the records again."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from tests.fault.test_processes_die import assert_told_whole, let_go_on, train
from tests.integration.deploy.deployments.conftest import QUICK
from tests.integration.deploy.deployments.serving import ask, model
from tests.ports import free_port
from tests.real_stack import RealStack, eventually, fake_inputs
from workers.attempts.folder import AttemptFolder

pytestmark = pytest.mark.fault

HELLO = {"messages": [{"role": "user", "content": "hello"}]}


@pytest.fixture(scope="module")
def unbroken_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    made = RealStack(tmp_path_factory.mktemp("stack"), free_port(), **{**QUICK, "GPU_SLOTS": "cpu:4"})
    made.environment |= {"GATEWAY_PORT": str(free_port()), "GATEWAY_REFRESH_SECONDS": "0.1", "STOP_GRACE_SECONDS": "3"}
    made.start()
    made.start_process("gateway")
    yield made
    made.stop()


def forget_everything(stack: RealStack) -> None:
    stack.redis_client().flushall()


def leases(stack: RealStack) -> dict[str, str]:
    return stack.redis_client().hgetall("st:leases")


def events_of(stack: RealStack, job_id: str) -> list[str]:
    return [event["type"] for event in stack.get(f"/jobs/{job_id}/events")["events"]]


def at_its_node(job: dict[str, Any]) -> AttemptFolder:
    """What the disk of its node knows of its attempt."""
    return AttemptFolder(Path(job["log_file_path"]).parent)


def until_noted(*jobs: dict[str, Any]) -> None:
    """Wait until the disk of its node, too, knows the state that each of them has."""
    for job in jobs:
        folder = at_its_node(job)
        eventually(
            lambda folder=folder: folder.record()["kept"]["record"].get("state"),
            lambda state, job=job: state == job["status"],
            what=f"the state in {folder.path}",
        )


def recovered(stack: RealStack, job_id: str) -> dict[str, Any]:
    """The job, once its node has registered it again."""
    answer = eventually(
        lambda: stack.http.get(f"/jobs/{job_id}"), lambda answer: answer.status_code == 200, what=f"{job_id} again"
    )
    return answer.json()


def ask_gateway(stack: RealStack, name: str) -> int:
    url = f"http://127.0.0.1:{stack.environment['GATEWAY_PORT']}/v1/chat/completions"
    try:
        return httpx2.post(url, json={"model": name, **HELLO}, trust_env=False).status_code
    except httpx2.TransportError:
        return 0


class OlderCopy:
    """The folder of Redis as it is now, to be put back later."""

    def __init__(self, stack: RealStack) -> None:
        self._stack = stack
        self._copy = stack.folder / "copy-of-redis"
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(stack.folder / "redis", self._copy)

    def put_back(self) -> None:
        """Redis ends, and comes back as it was then."""
        self._stack.redis.stop()
        shutil.rmtree(self._stack.folder / "redis")
        shutil.copytree(self._copy, self._stack.folder / "redis")
        self._stack.redis.start()


def test_trainings_and_a_model_go_on_when_redis_is_emptied(stack: RealStack) -> None:
    first, second = train(stack, "first"), train(stack, "second")
    made = stack.deploy(model_path=model(stack), name="kept")
    served = stack.wait_for_deployment(made["job_id"], "running")
    eventually(lambda: ask_gateway(stack, "kept"), lambda status: status == 200)

    held = leases(stack)
    until_noted(first, second, served)
    forget_everything(stack)

    for before in (first, second):
        after = recovered(stack, before["id"])
        same = ("status", "attempt", "process_id", "started_at", "created_at", "task_id", "priority")
        assert [after[name] for name in same] == [before[name] for name in same]
        assert events_of(stack, before["id"])[0] == "recovered"
    again = eventually(stack.get_deployments, lambda jobs: len(jobs) == 1)[0]
    assert leases(stack) == held
    same = ("status", "attempt", "process_id", "deploy_port", "endpoint", "version", "ready_at")
    assert [again[name] for name in same] == [served[name] for name in same]
    assert ask(served["endpoint"], made["api_key"], "kept").status_code == 200
    eventually(lambda: ask_gateway(stack, "kept"), lambda status: status == 200, what="an answer of the gateway")
    stack.expect_consistent()

    let_go_on(first)
    job = stack.wait_for("first", "completed")
    assert job["attempt"] == 1
    assert_told_whole(stack, job)
    assert stack.http.delete("/jobs/second").status_code == 204  # by its id, as if nothing had been
    eventually(lambda: psutil.pid_exists(second["process_id"]), lambda alive: not alive, what="its end")
    assert stack.deploy_http.delete(f"/jobs/{made['job_id']}").status_code == 204
    stack.submit(**fake_inputs(stack.folder, steps=2), output_dir="output/next")
    stack.wait_for("next", "completed")


def test_what_ran_while_no_worker_was_there_is_recovered_by_the_next(stack: RealStack) -> None:
    before = train(stack)
    until_noted(before)
    stack.kill("worker")
    forget_everything(stack)
    stack.start_process("worker")

    assert recovered(stack, "job")["process_id"] == before["process_id"]
    let_go_on(before)
    job = stack.wait_for("job", "completed")
    assert job["attempt"] == 1
    assert_told_whole(stack, job)


def test_a_job_that_was_deleted_while_its_worker_was_away_is_ended_by_the_next(stack: RealStack) -> None:
    before = train(stack)
    stack.kill("worker")
    with stack.store() as store:  # as the policy `fail` does it when the node is lost
        store.attempts.end("job", 1, "fail", "node_lost", "silent")
    assert stack.http.delete("/jobs/job").status_code == 204
    assert psutil.pid_exists(before["process_id"])

    stack.start_process("worker")

    eventually(lambda: psutil.pid_exists(before["process_id"]), lambda alive: not alive, what="its end")
    assert stack.http.get("/jobs/job").status_code == 404


def test_an_id_that_was_submitted_again_does_not_end_what_runs_under_it(stack: RealStack) -> None:
    """What nobody asks for any more keeps its own until it has ended."""
    before = train(stack)
    (held,) = leases(stack)
    until_noted(before)
    stack.kill("worker")
    forget_everything(stack)
    stack.submit(**fake_inputs(stack.folder, steps=2), output_dir="output/job")
    stack.start_process("worker")

    stack.wait_for("job", "completed")
    shown = {f"{gpu['node']}/{gpu['uuid']}": (gpu["status"], gpu["processes"]) for gpu in stack.get("/gpus")["gpus"]}
    assert shown[held] == ("foreign", [before["process_id"]])
    assert psutil.pid_exists(before["process_id"])

    let_go_on(before)
    eventually(
        lambda: {gpu["status"] for gpu in stack.get("/gpus")["gpus"]}, lambda seen: seen == {"free"}, what="its end"
    )


@pytest.mark.parametrize("first", ["worker", "scheduler"])
def test_attempts_never_go_back_with_an_older_copy(stack: RealStack, first: str) -> None:
    """In the copy the first attempt runs; in truth the second one does."""
    before = train(stack)
    copy = OlderCopy(stack)
    runner = psutil.Process(before["process_id"]).parent()
    assert runner is not None
    runner.kill()
    second = eventually(
        lambda: stack.job("job"), lambda job: job["attempt"] == 2 and job["progress_detail"], what="a second attempt"
    )
    for name in ("worker", "scheduler"):
        stack.kill(name)
    copy.put_back()

    for name in (first, *({"worker", "scheduler"} - {first})):
        stack.start_process(name)

    after = eventually(lambda: stack.job("job"), lambda job: job["attempt"] == 2, what="the second attempt again")
    assert after["process_id"] == second["process_id"]
    let_go_on(before)
    job = stack.wait_for("job", "completed")
    assert job["attempt"] == 2
    assert stack.log_of("job") == Path(job["log_file_path"]).read_bytes().decode()


@pytest.mark.parametrize("worker", ["stays", "is-restarted"])
def test_what_ended_since_the_older_copy_is_not_run_again(stack: RealStack, worker: str) -> None:
    before = train(stack, worker)
    copy = OlderCopy(stack)
    let_go_on(before)
    ended = stack.wait_for(worker, "completed")
    eventually(lambda: at_its_node(ended).has_ended, bool, what="the end on its node's disk")
    if worker == "is-restarted":
        stack.kill("worker")
    copy.put_back()
    if worker == "is-restarted":
        stack.start_process("worker")

    again = eventually(lambda: recovered(stack, worker), lambda job: job["status"] == "completed", what="its end again")

    same = ("attempt", "completed_at", "export_path", "message")
    assert [again[name] for name in same] == [ended[name] for name in same]
    assert [folder.name for folder in Path(ended["export_path"]).parents[1].glob("attempt-*")] == ["attempt-1"]


def test_what_was_accepted_since_the_older_copy_and_runs_is_recovered(stack: RealStack) -> None:
    copy = OlderCopy(stack)
    before = train(stack)
    copy.put_back()

    assert recovered(stack, "job")["process_id"] == before["process_id"]
    let_go_on(before)
    assert_told_whole(stack, stack.wait_for("job", "completed"))
