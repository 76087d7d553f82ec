"""Machines that never come back, and some that do all the same."""

import os
from pathlib import Path

import pytest

from tests.fault.test_processes_die import _is_alive, train
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.fault


def silent(stack: RealStack) -> None:
    """The worker is killed, and its node has been silent for the TTL."""
    stack.kill("worker")
    eventually(lambda: node(stack)["state"], lambda state: state == "silent", what="silence")


def node(stack: RealStack) -> dict:
    return stack.http.get(f"{_root(stack)}/nodes/node-1").raise_for_status().json()


def steer(stack: RealStack, verb: str, **body: object) -> dict:
    answer = stack.http.post(f"{_root(stack)}/nodes/node-1/{verb}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def statuses(stack: RealStack) -> list[str]:
    return [gpu["status"] for gpu in stack.get("/gpus")["gpus"]]


def _root(stack: RealStack) -> str:
    return f"http://127.0.0.1:{stack.port}/api/v1"


def test_a_lost_node_that_comes_back_ends_what_it_ran_and_is_ready_again(stack: RealStack) -> None:
    before = train(stack, escape_child=True)  # its policy is to wait
    silent(stack)

    settled = steer(stack, "lost", reason="burnt down")

    assert settled["jobs"] == [{"job_id": "job", "became": "requeued"}]
    assert stack.job("job")["status"] == "queued"
    os.kill(before["process_id"], 0)  # nobody could tell its node
    stack.start_process("worker")
    eventually(lambda: node(stack)["state"], lambda state: state == "ready", what="a node that registered anew")
    assert not _is_alive(before["process_id"])
    (Path(before["model_path"]) / "go").touch()
    job = stack.wait_for("job", "completed")
    assert (job["attempt"], node(stack)["lost"]) == (2, None)


def test_a_node_that_is_lost_by_force_while_it_trains_ends_that_and_registers_anew(stack: RealStack) -> None:
    before = train(stack)
    instance = node(stack)["instance"]

    steer(stack, "lost", force=True)

    eventually(lambda: node(stack)["instance"], lambda now: now != instance, what="another instance")
    eventually(lambda: _is_alive(before["process_id"]), lambda alive: not alive, what="the end of its processes")
    (Path(before["model_path"]) / "go").touch()
    assert stack.wait_for("job", "completed")["attempt"] == 2


def test_a_job_that_was_ended_by_force_holds_its_gpu_until_its_node_proves_its_death(stack: RealStack) -> None:
    before = train(stack)
    silent(stack)

    answer = stack.http.post("/jobs/job/stop", params={"force": True})

    assert answer.status_code == 200
    assert stack.job("job")["status"] == "cancelled"
    os.kill(before["process_id"], 0)
    assert statuses(stack) == ["held", "node_away"]
    stack.expect_consistent()
    assert stack.http.delete("/jobs/job").status_code == 204
    stack.start_process("worker")
    eventually(lambda: statuses(stack), lambda seen: seen == ["free", "free"], what="free GPUs")
    assert not _is_alive(before["process_id"])


def test_a_job_that_is_ended_by_force_on_a_living_node_frees_its_gpu_in_a_moment(stack: RealStack) -> None:
    before = train(stack, escape_child=True)

    stack.http.post("/jobs/job/stop", params={"force": True})

    assert stack.job("job")["status"] == "cancelled"
    eventually(lambda: statuses(stack), lambda seen: seen == ["free", "free"], what="free GPUs")
    assert not _is_alive(before["process_id"])


def test_a_drained_node_goes_on_and_takes_nothing_over_restarts(stack: RealStack) -> None:
    before = train(stack)
    steer(stack, "drain", reason="new disk")
    stack.submit(**fake_inputs(stack.folder, steps=2), output_dir="output/next")
    stack.replace("worker")
    eventually(lambda: node(stack)["alive"], bool, what="the next worker")
    (Path(before["model_path"]) / "go").touch()

    assert stack.wait_for("job", "completed")["attempt"] == 1
    assert statuses(stack) == ["drained", "drained"]
    assert stack.job("next")["status"] == "queued"
    steer(stack, "undrain")
    stack.wait_for("next", "completed")
