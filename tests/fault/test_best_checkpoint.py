"""The best checkpoint of a job is taken, whichever of its attempts saved it, and whatever was killed."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fault.phases import QUICK, events_of, kill_runner, trainings_of
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.fault

STEPS = 8


def submit(stack: RealStack, name: str, **knobs: Any) -> Path:
    """A training that is best at its second step; returns its model's folder."""
    inputs = fake_inputs(stack.folder, steps=STEPS, best_at_step=2, **knobs)
    params = {"eval_steps": 2, "save_steps": 2, "save_total_limit": 9, "save_only_model": False}
    wish = {"load_best_model_at_end": True, "split_dataset_ratio": 0.5}
    stack.submit(**inputs, output_dir=f"output/{name}", train_params=params, extra_args=wish)
    return Path(inputs["model_path"])


def test_a_training_that_goes_on_takes_the_best_of_the_attempt_before(stack: RealStack) -> None:
    model = submit(stack, "went-on", seconds_per_step=0.01, wait_at_step=5)
    first = stack.folder / "output/went-on/attempt-1"
    eventually(lambda: (first / "last-checkpoint").resolve().name, lambda name: name == "checkpoint-4", what="a save")
    before = stack.job("went-on")
    (model / "go").touch()
    (model / "fake.json").write_text(json.dumps({"steps": STEPS, "best_at_step": 2, "seconds_per_step": 0.01}))

    kill_runner(before, "train")

    job = stack.wait_for("went-on", "completed")
    second = stack.folder / "output/went-on/attempt-2"
    assert ("resume", 2, "goes on from checkpoint-4 of attempt 1") in events_of(stack, "went-on")
    assert (job["attempt"], job["checkpoint_path"]) == (2, str(first / "checkpoint-2"))
    assert (job["last_checkpoint"], job["export_path"]) == (str(second / "checkpoint-8"), str(second / "merged"))
    assert (second / "checkpoint-2").resolve() == first / "checkpoint-2"
    assert (second / "last-checkpoint").resolve() == second / "checkpoint-8"
    told = stack.get("/jobs/went-on/checkpoints")["checkpoints"]
    assert [(one["attempt"], one["step"]) for one in told] == [(1, 2), (1, 4), (2, 6), (2, 8)]
    assert [one["path"] for one in told if one["is_best"]] == [job["checkpoint_path"]]
    assert [one["path"] for one in told if one["is_last"]] == [job["last_checkpoint"]]


def test_a_merge_that_was_lost_is_made_again_of_the_best(stack: RealStack) -> None:
    model = submit(stack, "lost", seconds_per_step=0.01, export_seconds=600)
    before = eventually(lambda: stack.job("lost"), lambda job: job["phase"] == "export", what="the merge")
    eventually(lambda: stack.log_of("lost"), lambda log: "ExportArguments" in log, what="the merge")
    trained = trainings_of(stack)
    (model / "fake.json").write_text(QUICK)

    kill_runner(before, "export")

    job = stack.wait_for("lost", "completed")
    assert (job["attempt"], trainings_of(stack)) == (2, trained)
    kept = ("checkpoint_path", "best_checkpoint", "best_metric", "last_checkpoint", "last_metric")
    assert [job[name] for name in kept] == [before[name] for name in kept]
    assert Path(job["checkpoint_path"]).name == "checkpoint-2"
    assert job["message"].startswith("trained 8 steps; took checkpoint-2, the best by loss")
    latest = stack.folder / "output/lost/latest"
    assert (latest / "checkpoint-2").resolve() == Path(job["checkpoint_path"])
    assert (latest / "last-checkpoint").resolve() == Path(job["last_checkpoint"])
