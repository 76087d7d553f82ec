"""Two nodes, with disks of their own or a shared one: what one left, the other finds, or the job waits for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fault.phases import assert_only_merged, events_of, kill_runner, merging, trainings_of
from tests.ports import free_port
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def unbroken_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    running = RealStack(tmp_path_factory.mktemp("stack"), free_port()).start()
    running.add_node(2)
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def two_nodes(stack: RealStack) -> None:
    eventually(lambda: nodes_that_accept(stack), lambda names: names == {"node-1", "node-2"}, what="both nodes")


def test_a_job_waits_for_the_node_that_has_its_finished_training(stack: RealStack) -> None:
    before = merging(stack, "waits")
    node, worker = before["node"], worker_of(before)
    trained = trainings_of(stack)
    kill_runner(before, "export")
    stack.wait_for("waits", "queued")
    stack.terminate(worker)

    item = eventually(
        lambda: [item for item in stack.get("/queue")["queue_items"] if item["job_id"] == "waits"],
        lambda items: items and items[0]["reason"] == "no_nodes",
        what="the reason why it waits",
    )[0]
    assert item["message"].startswith(f"Waits for {node}, which has its finished training; {node} (")
    stack.start_process(worker)

    assert_only_merged(stack, stack.wait_for("waits", "completed"), before, trained)


def test_it_trains_again_elsewhere_when_that_node_is_declared_lost(stack: RealStack) -> None:
    before = merging(stack, "given-up")
    trained = trainings_of(stack)
    kill_runner(before, "export")
    stack.wait_for("given-up", "queued")
    stack.kill(worker_of(before))

    lost = f"http://127.0.0.1:{stack.port}/api/v1/nodes/{before['node']}/lost"
    stack.http.post(lost, json={"reason": "it burns", "force": True}).raise_for_status()

    job = stack.wait_for("given-up", "completed")
    assert (job["attempt"], trainings_of(stack)) == (2, trained + 1)
    assert job["node"] != before["node"]


def test_it_trains_again_elsewhere_when_its_policy_says_so(stack: RealStack) -> None:
    before = merging(stack, "anew", on_node_lost="requeue", priority=9)
    lost, trained = before["node"], trainings_of(stack)

    stack.kill(worker_of(before))

    job = stack.wait_for("anew", "completed")
    assert (job["attempt"], job["node"], trainings_of(stack)) == (
        2,
        "node-2" if lost == "node-1" else "node-1",
        trained + 1,
    )
    told = [message for kind, _, message in events_of(stack, "anew") if kind == "resume"]
    lost_result = f"attempt 1 finished its training on node {lost}, and that cannot be read here"
    assert told == [f"{lost_result}; starts anew: no earlier attempt left a checkpoint on this node"]


def test_on_a_shared_disk_another_node_only_merges(stack: RealStack) -> None:
    before = merging(stack, "shared", output_dir=f"{stack.folder}/shared/output/shared", on_node_lost="requeue")
    trained = trainings_of(stack)

    stack.kill(worker_of(before))

    job = stack.wait_for("shared", "completed")
    assert job["node"] != before["node"]
    assert_only_merged(stack, job, before, trained)


def test_on_a_shared_disk_another_node_goes_on_from_the_last_checkpoint(stack: RealStack) -> None:
    inputs = fake_inputs(stack.folder / "shared", steps=8, wait_at_step=5, seconds_per_step=0.01)
    body = {"output_dir": f"{stack.folder}/shared/output/resumed", "on_node_lost": "requeue"}
    stack.submit(**inputs, **body, train_params={"save_steps": 2, "save_only_model": False})
    checkpoint = stack.folder / "shared/output/resumed/attempt-1/last-checkpoint"
    eventually(checkpoint.resolve, lambda path: path.name == "checkpoint-4", what="a checkpoint")
    before = stack.wait_for("resumed", "running")  # its worker may tell later than it saves
    stack.kill(worker_of(before))
    kill_runner(before, "train")
    (Path(inputs["model_path"]) / "go").touch()

    job = stack.wait_for("resumed", "completed")

    told = f"goes on from checkpoint-4 of attempt 1, which node {before['node']} wrote"
    assert ("resume", 2, told) in events_of(stack, "resumed")
    assert job["checkpoint_path"].endswith("attempt-2/checkpoint-8")


def worker_of(job: dict) -> str:
    return "worker" if job["node"] == "node-1" else "worker-2"


def nodes_that_accept(stack: RealStack) -> set[str]:
    return {gpu["node"] for gpu in stack.get("/gpus")["gpus"] if gpu["available"]}
