"""What tests of finished phases do to a job: bring it into a phase, kill what runs it, read what became of it."""

import json
import os
import signal
from pathlib import Path
from typing import Any

from tests.real_stack import RealStack, eventually, fake_inputs

STEPS = 4
QUICK = "{}"


def merging(stack: RealStack, name: str, **body: Any) -> dict[str, Any]:
    """A job whose training is done, and whose merge lasts; the next one is quick."""
    inputs = fake_inputs(stack.folder / "shared", steps=STEPS, seconds_per_step=0.01, export_seconds=600)
    stack.submit(**{**inputs, "output_dir": f"output/{name}", **body})
    job = eventually(lambda: stack.job(name), lambda job: job["phase"] == "export", what="the merge")
    eventually(lambda: stack.log_of(name), lambda log: "ExportArguments" in log, what="the merge")
    (Path(inputs["model_path"]) / "fake.json").write_text(QUICK)
    return job


def phase_file(job: dict[str, Any], phase: str, name: str) -> Path:
    """What the runner of a phase of its attempt wrote."""
    return Path(job["log_file_path"]).with_name(phase) / name


def output_folder(job: dict[str, Any]) -> Path:
    """Where its attempt writes; `attempt-1` may be an earlier job's that had the same output folder."""
    return Path(json.loads(Path(job["log_file_path"]).with_name("attempt.json").read_text())["output"])


def kill_runner(job: dict[str, Any], phase: str) -> None:
    runner = json.loads(phase_file(job, phase, "runner.json").read_text())
    os.kill(runner["pid"], signal.SIGKILL)


def events_of(stack: RealStack, job_id: str) -> list[tuple[str, int, str]]:
    """Type, attempt and message of each."""
    found = stack.get(f"/jobs/{job_id}/events", limit=500)["events"]
    return [(event["type"], event["attempt"], event["message"]) for event in found]


def trainings_of(stack: RealStack) -> int:
    """How often a training was begun, by the logs of all attempts on all disks."""
    logs = stack.folder.glob("**/attempts/*/*/output.log")
    return sum(log.read_text(errors="replace").count("Start time of running main") for log in logs)


def assert_only_merged(stack: RealStack, job: dict, before: dict, trained_before: int) -> None:
    """Its second attempt merged what the first had trained, into a folder of its own, and tells all of it."""
    first, second = (Path(before["checkpoint_path"]).parents[1] / f"attempt-{number}" for number in (1, 2))
    assert (job["attempt"], trainings_of(stack)) == (2, trained_before)
    assert job["checkpoint_path"] == str(first / f"checkpoint-{STEPS}")
    assert job["export_path"] == str(second / "merged")
    assert (Path(job["export_path"]) / "config.json").is_file()
    assert (job["progress"], job["progress_detail"]["step"]) == (100.0, STEPS)
    assert job["final_loss"] == before["progress_detail"]["loss"]
    latest = second.parent / "latest"
    assert latest.resolve() == second
    assert (latest / "last-checkpoint").resolve() == Path(job["checkpoint_path"])
    assert list(first.glob(".merged*")) == []
    told = [event for event in events_of(stack, job["id"]) if event[0] in {"resume", "start"}]
    assert told[1] == ("resume", 2, "training was done in attempt 1; only merges")
    assert told[2][2].startswith(f"merging checkpoint-{STEPS} into the model started on node ")
