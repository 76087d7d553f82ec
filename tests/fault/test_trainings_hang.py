"""Trainings that make no step any more: told, ended where that is wanted, and never because somebody was away."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fault.test_processes_die import let_go_on, train
from tests.ports import free_port
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.fault

QUICK = {"STALLED_AFTER_SECONDS": 1.5, "NODE_TTL_SECONDS": 60}


@pytest.fixture(scope="module")
def unbroken_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    """One that loses its patience after moments."""
    running = RealStack(tmp_path_factory.mktemp("stack"), free_port(), **QUICK).start()
    yield running
    running.stop()


def events(stack: RealStack) -> list[str]:
    return [event["type"] for event in stack.get("/jobs/job/events", limit=500)["events"]]


def hangs(stack: RealStack, **changes: Any) -> dict[str, Any]:
    """A training that hangs at its fifth step, the first time."""
    knobs = {"steps": 10, "hang_at_step": 6, **changes.pop("knobs", {})}
    stack.submit(**fake_inputs(stack.folder, **knobs), output_dir="output/job", **changes)
    return eventually(lambda: stack.job("job"), lambda job: job["progress_detail"] is not None, what="progress")


def does_not_hang_again(job: dict[str, Any]) -> None:
    (Path(job["model_path"]) / "fake.json").write_text('{"steps": 10}')


def was_ended(stack: RealStack) -> dict[str, Any]:
    """The job once its first attempt was given up."""
    return eventually(
        lambda: stack.job("job"), lambda job: job["attempt"] > 1 or job["status"] == "queued", what="another attempt"
    )


def test_a_training_that_makes_no_step_is_told_and_one_that_goes_on_too(stack: RealStack) -> None:
    before = train(stack)

    stalled = eventually(lambda: stack.job("job"), lambda job: job["stalled_since"], what="stalled")
    assert stalled["status"] == "running"
    assert "swift_trainer_stalled_jobs 1.0" in stack.http.get(f"http://127.0.0.1:{stack.port}/metrics").text
    let_go_on(before)

    job = stack.wait_for("job", "completed")
    assert (job["attempt"], job["stalled_since"]) == (1, None)
    told = events(stack)
    # It may end before anybody has seen that it goes on.
    assert told.count("stalled") == 1
    assert told.count("moving") <= 1


def test_one_that_goes_on_is_told_so(stack: RealStack) -> None:
    before = train(stack, steps=2000)
    eventually(lambda: events(stack), lambda told: "stalled" in told, what="stalled")

    let_go_on(before)

    eventually(lambda: events(stack), lambda told: "moving" in told, what="moving")
    assert stack.job("job")["stalled_since"] is None


def test_a_hang_is_ended_where_that_is_wanted_and_tried_again(stack: RealStack) -> None:
    job = hangs(stack, hang_after=3)
    does_not_hang_again(job)

    again = was_ended(stack)

    assert (again["reason"], again["stalled_since"]) == ("hung", None)
    job = stack.wait_for("job", "completed")
    assert job["attempt"] >= 2
    log = Path(job["log_file_path"]).parents[1].joinpath("1", "output.log").read_text()
    assert "at step 6 of 10" in log
    assert "what its processes were doing" in log
    assert "rank 0, process" in log
    message = next(event["message"] for event in stack.get("/jobs/job/events")["events"] if event["type"] == "requeue")
    assert message.endswith("; it was ended, and its log shows what it was doing; queued again")


def test_a_process_that_somebody_stopped_is_ended(stack: RealStack) -> None:
    stack.submit(**fake_inputs(stack.folder, steps=100_000), output_dir="output/job", hang_after=2)
    before = eventually(lambda: stack.job("job"), lambda job: job["progress_detail"] is not None, what="progress")

    os.kill(before["process_id"], signal.SIGSTOP)

    assert was_ended(stack)["reason"] == "hung"
    assert not Path(f"/proc/{before['process_id']}").exists()


def test_a_start_that_takes_too_long_is_ended_where_the_job_says_so(stack: RealStack) -> None:
    stack.submit(**fake_inputs(stack.folder, start_seconds=3600), output_dir="output/job", start_timeout=2)

    again = was_ended(stack)

    assert again["reason"] == "hung"
    assert again["message"].startswith("it has not made its first step within ")


def test_a_worker_that_takes_over_goes_on_watching(stack: RealStack) -> None:
    job = hangs(stack, hang_after=4)
    does_not_hang_again(job)
    eventually(lambda: events(stack), lambda told: "stalled" in told, what="stalled")

    stack.replace("worker")

    assert was_ended(stack)["reason"] == "hung"
    stack.wait_for("job", "completed")
    assert events(stack).count("stalled") == 1


def test_nothing_is_ended_while_redis_is_away(stack: RealStack) -> None:
    job = hangs(stack, hang_after=3)
    does_not_hang_again(job)
    stack.redis.kill()
    quiet = stack.log_file("worker").stat().st_size
    eventually(lambda: stack.log_file("worker").read_text()[quiet:].count("watchdog_tells"), lambda tries: tries > 3)
    os.kill(job["process_id"], 0)

    stack.redis.start()

    assert was_ended(stack)["reason"] == "hung"


def test_what_hangs_behind_its_last_step_is_not_trained_again(stack: RealStack) -> None:
    stack.submit(**fake_inputs(stack.folder, steps=10, lingers=True), output_dir="output/job", hang_after=2)

    job = stack.wait_for("job", "completed")

    assert job["attempt"] == 1
    assert "hung" in events(stack)
    assert json.loads(Path(job["checkpoint_path"], "trainer_state.json").read_text())["global_step"] == 10
