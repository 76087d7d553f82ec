"""A node's name is one worker's: another one with the same name consumes nothing, and says so."""

import os
import subprocess

import pytest

from tests.fault.test_processes_die import let_go_on, train
from tests.real_stack import PATIENCE_SECONDS, RealStack, eventually, fake_inputs

pytestmark = pytest.mark.fault


def start_another(stack: RealStack, folder: str, **environment: object) -> subprocess.Popen[bytes]:
    """A worker with the same name on another disk of this machine: the same host, the same boot."""
    first = stack.processes["worker"]
    other = stack.start_process("worker", DATA_DIR=stack.folder / folder, GPU_SLOTS="cpu:5", **environment)
    stack.processes["worker"] = first
    return other


def nodes(stack: RealStack) -> list[tuple[str, str, int]]:
    with stack.store() as store:
        return [(node.name, node.state, len(node.gpus)) for node in store.nodes.all()]


def test_a_second_worker_with_a_name_that_is_in_use_takes_nothing_and_says_why(stack: RealStack) -> None:
    before = train(stack)
    told = stack.log_file("worker").stat().st_size

    second = start_another(stack, "elsewhere")
    second.wait(timeout=PATIENCE_SECONDS)

    assert second.returncode == 1
    said = stack.log_file("worker").read_bytes()[told:].decode()
    [line] = [line for line in said.splitlines() if line.startswith("worker: ")]
    assert line.startswith(f"worker: node node-1 is spoken for by another worker, on host {os.uname().nodename} ")
    assert "NODE_NAME" in line and "swt nodes lost node-1" in line
    assert nodes(stack) == [("node-1", "ready", 2)]
    stack.submit(**fake_inputs(stack.folder, steps=2), output_dir="output/next")
    job = stack.wait_for("next", "completed")
    assert not (stack.folder / "elsewhere/nodes/node-1/attempts").exists()
    assert job["log_file_path"].startswith(str(stack.folder / "nodes"))
    let_go_on(before)
    stack.wait_for("job", "completed")


def test_a_worker_that_loses_its_name_while_it_runs_ends_and_its_training_goes_on(stack: RealStack) -> None:
    before = train(stack)
    first = stack.processes["worker"]

    with stack.frozen("worker"):
        # Its name is free when it has been silent for the TTL; until then each try ends at once.
        other = eventually(lambda: started(stack), lambda process: process is not None, what="a worker in its place")
        assert other is not None
    first.wait(timeout=PATIENCE_SECONDS)

    assert first.returncode == 1
    assert "worker: node node-1 is spoken for by another worker" in stack.log_file("worker").read_text()
    os.kill(before["process_id"], 0)
    assert stack.job("job")["status"] == "running"
    other.terminate()
    other.wait(timeout=PATIENCE_SECONDS)
    stack.start_process("worker")
    let_go_on(before)
    assert stack.wait_for("job", "completed")["attempt"] == 1


def started(stack: RealStack) -> subprocess.Popen[bytes] | None:
    process = start_another(stack, "elsewhere")
    eventually(lambda: process.poll() is not None or nodes(stack) == [("node-1", "ready", 5)], bool, what="its fate")
    return process if process.poll() is None else None


def test_a_worker_that_starts_before_redis_waits_for_it(stack: RealStack) -> None:
    stack.kill("worker")
    stack.redis.kill()
    told = stack.log_file("worker").stat().st_size
    stack.start_process("worker")
    eventually(lambda: stack.log_file("worker").read_bytes()[told:], lambda said: b"store_away" in said, what="a word")

    stack.redis.start()

    stack.wait_until_ready()
    stack.submit(**fake_inputs(stack.folder, steps=2), output_dir="output/job")
    stack.wait_for("job", "completed")
