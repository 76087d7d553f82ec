"""`rm --files`: what a job left goes with it, by the node that has it and however long that is away."""

from pathlib import Path
from typing import Any

import pytest

from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.fault


def trained(stack: RealStack, name: str, **body: Any) -> dict[str, Any]:
    stack.submit(**fake_inputs(stack.folder, steps=2, seconds_per_step=0.01), output_dir=f"output/{name}", **body)
    job = stack.wait_for(name, "completed")
    assert (stack.folder / f"output/{name}/latest").exists()
    return job


def remove(stack: RealStack, job_id: str) -> tuple[int, str]:
    answer = stack.http.delete(f"/jobs/{job_id}", params={"files": "true"})
    return answer.status_code, answer.json()["detail"] if answer.content else ""


def test_its_node_removes_the_files_when_it_is_back_and_the_audit_tells(stack: RealStack) -> None:
    job = trained(stack, "gone")
    state, output = Path(job["log_file_path"]).parents[1], stack.folder / "output/gone"
    (output / "notes.txt").touch()
    stack.kill("worker")

    assert remove(stack, "gone") == (204, "")
    assert stack.http.get("/jobs/gone").status_code == 404
    assert (output / "attempt-1").is_dir()
    stack.start_process("worker")

    eventually(lambda: [path.name for path in output.iterdir()], lambda names: names == ["notes.txt"], what="removal")
    eventually(state.exists, lambda there: not there, what="the removal of its state")
    told = eventually(
        lambda: [entry for entry in audit_of(stack) if entry["method"] == "REMOVE"], bool, what="an entry of the audit"
    )
    assert (told[0]["target"], told[0]["path"]) == ("gone", "output/gone/attempt-1")
    assert told[0]["actor"].startswith("node-1, for ")
    assert stack.redis_client().llen("st:node:node-1:chores") == 0


def test_without_the_wish_all_files_stay(stack: RealStack) -> None:
    job = trained(stack, "kept")

    assert stack.http.delete("/jobs/kept").status_code == 204

    assert stack.redis_client().llen("st:node:node-1:chores") == 0
    assert Path(job["checkpoint_path"]).is_dir()
    assert Path(job["log_file_path"]).is_file()


def test_a_running_job_is_stopped_and_then_removed(stack: RealStack) -> None:
    stack.submit(**fake_inputs(stack.folder, steps=5000), output_dir="output/running")
    stack.wait_for("running", "running")

    assert remove(stack, "running") == (204, "")

    output = stack.folder / "output/running"
    eventually(lambda: list(output.iterdir()), lambda left: left == [], what="removal")


def test_what_others_use_is_not_removed(stack: RealStack) -> None:
    job = trained(stack, "base")
    inputs = {**fake_inputs(stack.folder), "model_path": job["export_path"]}
    stack.submit(**inputs, output_dir="output/next", auto_start=False)

    code, why = remove(stack, "base")

    assert (code, why) == (409, "the files of job 'base' are used by next; delete or stop these first")
    assert Path(job["export_path"]).is_dir()
    stack.http.delete("/jobs/next").raise_for_status()
    deployed = stack.deploy(model_path="base", name="base")["job_id"]
    stack.wait_for_deployment(deployed, "running")
    stack.deploy_http.post(f"/jobs/{deployed}/stop").raise_for_status()
    stack.wait_for_deployment(deployed, "stopped")  # it may start again

    assert remove(stack, "base")[0] == 409

    stack.deploy_http.delete(f"/jobs/{deployed}").raise_for_status()
    assert remove(stack, "base") == (204, "")


def test_what_another_job_wrote_into_its_folder_is_not_removed(stack: RealStack) -> None:
    trained(stack, "outer")
    inputs = fake_inputs(stack.folder, steps=2, seconds_per_step=0.01)
    stack.submit(**inputs, output_dir="output/outer/attempt-1/inner", auto_start=False)

    assert remove(stack, "outer") == (409, "the files of job 'outer' are used by inner; delete or stop these first")

    stack.http.post("/jobs/inner/start").raise_for_status()
    checkpoint = Path(stack.wait_for("inner", "completed")["checkpoint_path"])
    chores = stack.redis_client()

    assert remove(stack, "outer") == (204, "")
    eventually(lambda: chores.llen("st:node:node-1:chores"), lambda left: left == 0, what="the end of the chore")
    assert checkpoint.is_dir()


def test_an_exports_model_goes_with_its_source_only(stack: RealStack) -> None:
    trained(stack, "source")
    export_id = stack.http.post("/jobs/source/export").json()["export_job_id"]
    model = Path(stack.wait_for(export_id, "completed")["export_path"])

    code, why = remove(stack, export_id)

    assert (code, "lies in the folders of job 'source'" in why) == (409, True)
    assert remove(stack, "source") == (204, "")
    eventually(model.exists, lambda there: not there, what="the removal of its model")


def audit_of(stack: RealStack) -> list[dict[str, Any]]:
    return stack.http.get(f"http://127.0.0.1:{stack.port}/api/v1/audit").json()["entries"]
