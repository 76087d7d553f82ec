"""Exports by hand through the real processes: they wait, run, end and die like any job, and write over nothing."""

from pathlib import Path
from typing import Any

import pytest

from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("consistent")]


def trained(stack: RealStack, name: str, **knobs: Any) -> dict[str, Any]:
    """A job that has completed, and whose next exports behave as the knobs say."""
    inputs = fake_inputs(stack.folder, steps=2, seconds_per_step=0.01, **knobs)
    stack.submit(**inputs, output_dir=f"output/{name}", export="export_exit_code" in knobs)
    return stack.wait_for(name, "completed", "failed")


def export(stack: RealStack, job_id: str) -> str:
    answer = stack.http.post(f"/jobs/{job_id}/export")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["job_id"], answer.json()["status"]) == (job_id, "exporting")
    return str(answer.json()["export_job_id"])


def test_an_export_merges_and_a_second_one_writes_beside_it(stack: RealStack) -> None:
    source = trained(stack, "twice")
    assert (source["status"], source["export_completed"], source["export_path"]) == ("completed", False, "")

    ends = [stack.wait_for(export(stack, "twice"), "completed") for _ in range(2)]

    output = stack.folder / "output/twice/attempt-1"
    assert [end["export_path"] for end in ends] == [str(output / "merged"), str(output / "merged-2")]
    assert all((Path(end["export_path"]) / "config.json").is_file() for end in ends)
    assert [path.name for path in output.glob(".merged*")] == []
    job = stack.job("twice")
    assert (job["status"], job["export_completed"], job["export_path"]) == ("completed", True, str(output / "merged-2"))
    assert job["export_time"] is not None
    events = [event["type"] for event in stack.get(f"/jobs/{ends[0]['id']}/events")["events"]]
    assert events == ["submit", "assign", "start", "complete"]
    assert ends[0]["phase"] == "export"
    assert "Merge LoRA" in stack.log_of(ends[0]["id"])


def test_a_failed_export_can_be_repeated_by_hand(stack: RealStack) -> None:
    source = trained(stack, "repaired", export_exit_code=1)
    assert (source["status"], source["reason"]) == ("failed", "export_failed")
    (Path(source["model_path"]) / "fake.json").write_text("{}")

    stack.wait_for(export(stack, "repaired"), "completed")

    job = stack.job("repaired")
    assert (job["status"], job["export_completed"], job["export_error"]) == ("failed", True, "")
    assert (Path(job["export_path"]) / "model.safetensors").is_file()


def test_an_export_that_fails_says_why_at_its_source(stack: RealStack) -> None:
    source = trained(stack, "spoilt")
    (Path(source["model_path"]) / "fake.json").write_text('{"export_exit_code": 1}')

    end = stack.wait_for(export(stack, "spoilt"), "failed")

    assert end["reason"] == "export_failed"
    job = eventually(lambda: stack.job("spoilt"), lambda job: job["export_error"])
    assert job["export_error"] == end["error_message"]
    assert (job["status"], job["export_completed"]) == ("completed", False)


def test_an_export_is_stopped_like_any_job(stack: RealStack) -> None:
    source = trained(stack, "long")
    (Path(source["model_path"]) / "fake.json").write_text('{"export_seconds": 600}')
    export_id = export(stack, "long")
    stack.wait_for(export_id, "running")

    assert stack.http.post(f"/jobs/{export_id}/stop").status_code == 200

    stack.wait_for(export_id, "cancelled")
    job = eventually(lambda: stack.job("long"), lambda job: job["export_error"])
    assert "cancelled" in job["export_error"]


def test_an_export_outlives_its_worker(stack: RealStack) -> None:
    source = trained(stack, "orphan")
    (Path(source["model_path"]) / "fake.json").write_text('{"export_seconds": 3}')
    export_id = export(stack, "orphan")
    stack.wait_for(export_id, "running")

    stack.kill("worker")
    stack.start_process("worker")

    assert stack.wait_for(export_id, "completed")["attempt"] == 1
    assert stack.job("orphan")["export_completed"] is True


def test_an_export_whose_checkpoint_is_gone_fails_with_its_path(stack: RealStack) -> None:
    source = trained(stack, "gone")
    Path(source["checkpoint_path"]).rename(stack.folder / "elsewhere")

    end = stack.wait_for(export(stack, "gone"), "failed")

    assert end["reason"] == "artefact_missing"
    job = eventually(lambda: stack.job("gone"), lambda job: job["export_error"])
    assert source["checkpoint_path"] in job["export_error"]
