"""Where the trackers of a training have its run, through the real processes."""

import pytest

from tests.real_stack import RealStack, fake_inputs

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("consistent")]

RUN = "http://127.0.0.1:5000/#/experiments/1/runs/abc"


def test_a_job_links_to_its_run_and_says_which_tracker_failed(stack: RealStack) -> None:
    inputs = fake_inputs(stack.folder, steps=4, seconds_per_step=0.01, tracked_at=RUN, tracker_fails="CommError: no")
    stack.submit(**inputs, output_dir="output/tracked")

    job = stack.wait_for("tracked", "completed")

    assert job["links"] == {"mlflow": RUN}
    events = {event["type"]: event["message"] for event in stack.get("/jobs/tracked/events")["events"]}
    assert events["links"] == "tracked by mlflow; trains without wandb (CommError: no)"


def test_a_job_whose_training_tells_none_has_none(stack: RealStack) -> None:
    stack.submit(**fake_inputs(stack.folder, steps=2, seconds_per_step=0.01), output_dir="output/untracked")

    assert stack.wait_for("untracked", "completed")["links"] == {}
