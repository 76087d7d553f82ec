"""A GPU is given out again, and a job started again, only when nothing of the attempt before is alive."""

import shutil
from pathlib import Path

import psutil
import pytest

from tests.fault.test_processes_die import let_go_on
from tests.real_stack import RealStack, eventually, fake_inputs
from workers.runner.process_table import find

pytestmark = pytest.mark.fault


def train(stack: RealStack, name: str, on_node_lost: str = "wait", **knobs: object) -> dict:
    """A job in the middle of its training, where it stays until it may go on."""
    inputs = fake_inputs(stack.folder, **{"steps": 20, "wait_at_step": 10, "traced": True, **knobs})
    params = {"save_steps": 5, "logging_steps": 1}
    stack.submit(**inputs, output_dir=f"output/{name}", llm_params=params, on_node_lost=on_node_lost)
    return eventually(lambda: stack.job(name), is_waiting, what="step 10")


def is_waiting(job: dict) -> bool:
    return job["progress_detail"] is not None and job["progress_detail"]["step"] == 10


def runner_of(job: dict) -> psutil.Process:
    runner = psutil.Process(job["process_id"]).parent()
    assert runner is not None
    return runner


def is_living(pid: int) -> bool:
    process = find(pid)
    return process is not None and process.alive


def traces(job: dict) -> str:
    return (Path(job["model_path"]) / "traces.jsonl").read_text()


def node_folder(stack: RealStack) -> Path:
    return stack.folder / "nodes" / "node-1"


@pytest.mark.parametrize("cgroups", ["auto", "off"])
def test_a_gpu_is_given_out_again_only_when_a_hidden_child_of_a_killed_runner_is_gone(
    stack: RealStack, cgroups: str
) -> None:
    stack.replace("worker", ATTEMPT_CGROUPS=cgroups)
    before = train(stack, "job", hidden_child=True)
    hidden = int((Path(before["model_path"]) / "hidden").read_text())
    remembered = Path(before["log_file_path"]).with_name("train") / "remembered.json"
    if cgroups == "off":
        eventually(remembered.read_text, lambda text: str(hidden) in text, what="memory of the child")

    runner_of(before).kill()

    requeued = eventually(lambda: stack.job("job"), lambda job: job["attempt"] == 2 or job["status"] == "queued")
    assert not is_living(hidden)
    assert ("no control group" in requeued["message"]) == remembered.exists()
    stack.replace("worker")


def test_a_state_folder_that_is_removed_beneath_a_training_makes_no_second_one_beside_it(stack: RealStack) -> None:
    before = train(stack, "job")
    runner = runner_of(before)

    shutil.rmtree(node_folder(stack) / "attempts")

    requeued = eventually(lambda: stack.job("job"), lambda job: job["attempt"] == 2 or job["status"] == "queued")
    assert requeued["reason"] == "runner_lost"
    assert requeued["message"] == "its state on the node's disk was removed while it ran; queued again"
    assert not is_living(runner.pid)
    let_go_on(before)
    assert stack.wait_for("job", "completed")["attempt"] == 2
    assert "twice" not in traces(before)


@pytest.mark.parametrize("what", ["attempts", "."])
def test_state_that_is_removed_while_no_worker_is_there_makes_no_second_training_either(
    stack: RealStack, what: str
) -> None:
    before = train(stack, "job")
    stack.kill("worker")

    shutil.rmtree(node_folder(stack) / what)
    # Without its state the disk is another one, which may speak for the node when the old one was silent for the TTL.
    eventually(lambda: stack.job("job")["reason"], lambda reason: reason == "node_lost", what="silence")
    stack.start_process("worker")

    requeued = eventually(lambda: stack.job("job"), lambda job: job["attempt"] == 2 or job["status"] == "queued")
    assert requeued["reason"] == "runner_lost"
    assert not is_living(before["process_id"])
    let_go_on(before)
    assert stack.wait_for("job", "completed")["attempt"] == 2
    assert "twice" not in traces(before)


def test_what_runs_without_any_state_for_a_job_that_moved_on_is_ended(stack: RealStack) -> None:
    before = train(stack, "job", on_node_lost="fail")
    runner = runner_of(before)
    stack.kill("worker")
    shutil.rmtree(node_folder(stack) / "attempts")
    stack.wait_for("job", "failed")
    assert is_living(runner.pid)

    stack.start_process("worker")

    eventually(lambda: is_living(runner.pid), lambda alive: not alive, what="the end of the stray runner")
    eventually(lambda: is_living(before["process_id"]), lambda alive: not alive, what="the end of its tree")
