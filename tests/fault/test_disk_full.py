"""A node whose disk is full loses no result, takes no work, and says why."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fault.phases import events_of, phase_file, trainings_of
from tests.ports import free_port
from tests.real_stack import RealStack, eventually, fake_inputs
from tests.small_disk import kept_full, small_disk

pytestmark = pytest.mark.fault

NODE_2 = {"constraints": {"node_names": ["node-2"]}}


@pytest.fixture(scope="module")
def unbroken_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    """Its second node has a disk of a few megabytes."""
    folder = tmp_path_factory.mktemp("stack")
    with small_disk(folder / "disk-2", 8):
        running = RealStack(folder, free_port()).start()
        running.add_node(2, NODE_MIN_FREE_BYTES=1024 * 1024)
        yield running
        running.stop()


def node_2(stack: RealStack) -> dict[str, str]:
    return stack.redis_client().hgetall("st:node:node-2")


def test_a_training_that_ends_on_a_full_disk_is_not_lost_and_its_job_goes_on_when_there_is_room(
    stack: RealStack,
) -> None:
    inputs = fake_inputs(stack.folder / "shared", steps=4, seconds_per_step=0.01, wait_at_step=3)
    stack.submit(**inputs, output_dir=f"{stack.folder}/shared/output/full", **NODE_2)
    before = eventually(lambda: stack.job("full"), lambda job: job["progress"] > 0, what="progress")
    with kept_full(stack.folder / "disk-2"):
        warned = ("low_disk", 1, "DATA_DIR on node node-2 has only 0 MiB free")
        eventually(lambda: events_of(stack, "full"), lambda events: warned in events, what="a warning")

        (Path(inputs["model_path"]) / "go").touch()

        waiting = stack.wait_for("full", "queued")
        assert waiting["reason"] == "disk_full"
        assert json.loads(phase_file(before, "train", "exit.json").read_text())["exit_code"] == 0
        node = eventually(lambda: node_2(stack), lambda node: node["state"] == "not_ready", what="an unfit node")
        assert json.loads(node["why"]) == ["DATA_DIR has 0 MiB free, NODE_MIN_FREE_BYTES asks for 1"]
        trained = trainings_of(stack)

    job = stack.wait_for("full", "completed")
    assert (job["attempt"], trainings_of(stack)) == (2, trained)
    assert ("resume", 2, "training was done in attempt 1; only merges") in events_of(stack, "full")


def test_a_stop_reaches_a_job_whose_disk_is_full(stack: RealStack) -> None:
    inputs = fake_inputs(stack.folder / "shared", steps=5000)
    stack.submit(**inputs, output_dir=f"{stack.folder}/shared/output/stopped", **NODE_2)
    stack.wait_for("stopped", "running")

    with kept_full(stack.folder / "disk-2"):
        stack.http.post("/jobs/stopped/stop").raise_for_status()

        stack.wait_for("stopped", "cancelled")


def test_the_room_on_a_nodes_disk_is_told(stack: RealStack) -> None:
    disk = eventually(lambda: disk_of_node_2(stack), lambda disk: disk["free"] > 0, what="what it says now")

    assert (disk["total"], disk["free"] < disk["total"]) == (8 * 1024 * 1024, True)
    assert disk["percent"] == round(100 * (disk["total"] - disk["free"]) / disk["total"], 2)
    metrics = stack.http.get(f"http://127.0.0.1:{stack.port}/metrics").text
    assert 'swift_trainer_node_disk_free_bytes{node="node-2"}' in metrics


def disk_of_node_2(stack: RealStack) -> dict[str, float]:
    return next(node["disk"] for node in stack.get("/system/status")["nodes"] if node["node"] == "node-2")
