"""Two nodes, of which one cannot run what it is given: the job goes on to the other, and fails when there is none."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.real_stack import FAKE_SWIFT, RealStack, eventually, fake_inputs

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    """node-1 does not see the folder `elsewhere` and has an interpreter of its own; node-2 is as the API."""
    folder = tmp_path_factory.mktemp("stack")
    roots = f"{folder}:{tmp_path_factory.mktemp('elsewhere')}"
    running = RealStack(folder, free_port(), NODE_TTL_SECONDS=60, INFRA_RETRIES=0, ALLOWED_ROOTS=roots)
    running.own_environment["worker"] = {"ALLOWED_ROOTS": str(folder), "SWIFT_PYTHON": str(interpreter(folder))}
    running.start()
    running.start_process("worker", NODE_NAME="node-2", ALLOWED_ROOTS=roots, SWIFT_PYTHON=FAKE_SWIFT)
    eventually(lambda: nodes(running), lambda seen: seen == {"node-1": "ready", "node-2": "ready"}, what="two nodes")
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def consistent(stack: RealStack) -> Iterator[None]:
    yield
    stack.expect_consistent()


@pytest.fixture
def elsewhere(stack: RealStack) -> Path:
    return Path(stack.environment["ALLOWED_ROOTS"].split(":")[1])


def interpreter(folder: Path) -> Path:
    """node-1's own, which a test may take away."""
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nexec {FAKE_SWIFT} "$@"\n')
    python.chmod(0o755)
    return python


def nodes(stack: RealStack) -> dict[str, str]:
    listed = stack.http.get(f"http://127.0.0.1:{stack.port}/api/v1/nodes").json()["nodes"]
    return {node["name"]: node["state"] for node in listed}


def events(stack: RealStack, job_id: str) -> list[tuple[str, str]]:
    return [(event["type"], event["message"]) for event in stack.get(f"/jobs/{job_id}/events")["events"]]


def test_a_job_that_one_node_refuses_runs_on_the_other_and_the_next_goes_there_at_once(
    stack: RealStack, elsewhere: Path
) -> None:
    inputs = fake_inputs(elsewhere, steps=2)
    stack.submit(**inputs, output_dir="output/refused")

    job = stack.wait_for("refused", "completed")

    assert (job["node"], job["attempt"]) == ("node-2", 2)
    [refusal] = job["refused_by"]
    assert (refusal["node"], refusal["reason"]) == ("node-1", "path_not_allowed")
    assert "model_path" in refusal["message"]
    [told] = [message for kind, message in events(stack, "refused") if kind == "refused"]
    assert told.startswith("node node-1 refused it: model_path")
    stack.submit(**inputs, output_dir="output/again")
    again = stack.wait_for("again", "completed")
    assert (again["node"], again["attempt"], again["refused_by"]) == ("node-2", 1, [])


def test_a_job_that_every_node_refuses_fails_with_what_each_said(stack: RealStack, elsewhere: Path) -> None:
    inputs = fake_inputs(elsewhere, steps=2)
    stack.submit(**inputs, output_dir="output/none", auto_start=False)
    (Path(inputs["model_path"]) / "config.json").unlink()

    stack.http.post("/jobs/none/start")
    job = stack.wait_for("none", "failed")

    assert (job["reason"], job["attempt"]) == ("path_not_allowed", 2)
    assert [refusal["node"] for refusal in job["refused_by"]] == ["node-1"]
    assert job["message"].startswith("every node that could run it refused it: node-1: model_path")
    assert " | node-2: model_path" in job["message"]


def test_a_job_that_only_suits_one_node_fails_at_once_with_what_that_said(stack: RealStack, elsewhere: Path) -> None:
    inputs = fake_inputs(elsewhere, steps=2)
    stack.submit(**inputs, output_dir="output/only", constraints={"node_names": ["node-1"]})

    job = stack.wait_for("only", "failed")

    assert (job["reason"], job["attempt"], job["refused_by"]) == ("path_not_allowed", 1, [])
    assert job["message"].startswith("model_path")


def test_a_deployment_that_one_node_refuses_is_served_by_the_other(stack: RealStack, elsewhere: Path) -> None:
    made = stack.deploy(model_path=fake_inputs(elsewhere)["model_path"], name="refused")

    seen = stack.wait_for_deployment(made["job_id"], "running")

    assert [refusal["node"] for refusal in seen["refused_by"]] == ["node-1"]
    assert seen["node"] == "node-2"
    stack.deploy_http.post(f"/jobs/{made['job_id']}/stop")
    stack.wait_for_deployment(made["job_id"], "stopped")


def test_an_interpreter_that_is_gone_sends_its_jobs_to_others(stack: RealStack) -> None:
    python = stack.folder / "python"
    python.rename(stack.folder / "python.gone")
    try:
        stack.submit(**fake_inputs(stack.folder, steps=2), output_dir="output/gone")
        job = stack.wait_for("gone", "completed")
    finally:
        (stack.folder / "python.gone").rename(python)

    assert (job["node"], job["attempt"]) == ("node-2", 2)
    assert [refusal["reason"] for refusal in job["refused_by"]] == ["start_failed"]


def test_a_node_without_its_interpreter_is_not_ready_until_it_is_there_again(stack: RealStack) -> None:
    python = stack.folder / "python"
    python.rename(stack.folder / "python.gone")
    started = stack.start_process("worker", NODE_NAME="node-3")
    try:
        eventually(lambda: nodes(stack).get("node-3"), lambda state: state == "not_ready", what="a node that says so")
        answer = stack.http.get(f"http://127.0.0.1:{stack.port}/api/v1/nodes/node-3").json()
        assert answer["why"] == [f"SWIFT_PYTHON {python} does not exist"]
        shutil.copy2(stack.folder / "python.gone", python)

        eventually(lambda: nodes(stack).get("node-3"), lambda state: state == "ready", what="a ready node")
    finally:
        started.terminate()
        started.wait()
        if not python.exists():
            (stack.folder / "python.gone").rename(python)
