"""What has ended well is not run again: the next attempt goes on behind it, where its result can be read."""

import json
from pathlib import Path

import pytest

from tests.fault.phases import STEPS, assert_only_merged, events_of, kill_runner, merging, phase_file, trainings_of
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.fault


@pytest.mark.parametrize("rebooted", [False, True])
def test_a_merge_that_was_lost_is_all_that_the_next_attempt_does(stack: RealStack, rebooted: bool) -> None:
    name = "rebooted" if rebooted else "killed"
    before = merging(stack, name)
    trained = trainings_of(stack)

    if rebooted:
        stack.kill("worker")
    record = phase_file(before, "export", "runner.json")
    known = json.loads(record.read_text())
    kill_runner(before, "export")
    if rebooted:
        record.write_text(json.dumps(known | {"boot_id": "the boot before"}))
        stack.start_process("worker")

    job = stack.wait_for(name, "completed")
    assert_only_merged(stack, job, before, trained)
    causes = [message for kind, _, message in events_of(stack, name) if kind == "requeue"]
    cause = "node node-1 was rebooted while it ran" if rebooted else "its runner was killed"
    assert causes == [f"{cause}; queued again"]


def test_a_merge_that_failed_is_repeated_alone(stack: RealStack) -> None:
    inputs = fake_inputs(stack.folder, steps=STEPS, seconds_per_step=0.01, export_exit_code=1)
    stack.submit(**inputs, output_dir="output/failed-merge", retries=1)

    job = stack.wait_for("failed-merge", "failed")

    assert (job["reason"], job["attempt"]) == ("export_failed", 2)
    assert ("resume", 2, "training was done in attempt 1; only merges") in events_of(stack, "failed-merge")
    assert job["checkpoint_path"].endswith(f"attempt-1/checkpoint-{STEPS}")


def test_a_training_that_ended_well_unseen_is_found_by_the_next_attempt(stack: RealStack) -> None:
    """Its node was silent meanwhile, and the job was queued again."""
    inputs = fake_inputs(stack.folder, steps=STEPS, wait_at_step=2)
    stack.submit(**inputs, output_dir="output/unseen", on_node_lost="requeue")
    eventually(lambda: stack.job("unseen")["progress_detail"], bool, what="progress")
    before, trained = stack.job("unseen"), trainings_of(stack)
    stack.kill("worker")
    (Path(inputs["model_path"]) / "go").touch()
    eventually(lambda: phase_file(before, "train", "exit.json").exists(), bool, what="the end of its training")
    stack.wait_for("unseen", "queued")

    stack.start_process("worker")

    job = stack.wait_for("unseen", "completed")
    assert (job["attempt"], trainings_of(stack)) == (2, trained)
    assert job["checkpoint_path"].endswith(f"attempt-1/checkpoint-{STEPS}")


def test_a_runner_killed_behind_the_last_checkpoint_costs_no_result(stack: RealStack) -> None:
    """Nobody can prove that it ended well: it goes on from the last step, and has nothing left to do."""
    inputs = fake_inputs(stack.folder, steps=STEPS, seconds_per_step=0.01, lingers=True)
    stack.submit(**inputs, output_dir="output/lingered", train_params={"save_only_model": False})
    eventually(lambda: stack.log_of("lingered"), lambda log: "End time of running main" in log, what="the last line")
    before = stack.job("lingered")
    (Path(inputs["model_path"]) / "fake.json").write_text(json.dumps({"steps": STEPS}))

    kill_runner(before, "train")

    job = stack.wait_for("lingered", "completed")
    assert (job["attempt"], job["progress"]) == (2, 100.0)
    assert job["checkpoint_path"].endswith(f"attempt-1/checkpoint-{STEPS}")
    logged = map(json.loads, stack.redis_client().lrange("st:job:lingered:metrics", 0, -1))
    assert [line["global_step/max_steps"] for line in logged if "loss" in line] == ["1/4", "4/4"]  # each once
    latest = stack.folder / "output/lingered/latest/last-checkpoint"
    assert latest.resolve() == Path(job["checkpoint_path"])
    assert ("resume", 2, f"goes on from checkpoint-{STEPS} of attempt 1") in events_of(stack, "lingered")


def test_latest_is_moved_by_the_next_worker_when_one_died_behind_the_end_of_the_job(stack: RealStack) -> None:
    stack.submit(**fake_inputs(stack.folder, steps=2, seconds_per_step=0.01), output_dir="output/behind")
    job = stack.wait_for("behind", "completed")
    latest = stack.folder / "output/behind/latest"
    ended = Path(job["log_file_path"]).with_name("ended")
    eventually(lambda: latest.is_symlink() and ended.exists(), bool, what="the end of the attempt")
    stack.kill("worker")
    latest.unlink()
    ended.unlink()

    stack.start_process("worker")

    eventually(ended.exists, bool, what="the end of the attempt")
    assert latest.resolve() == stack.folder / "output/behind/attempt-1"
