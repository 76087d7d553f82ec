"""Checkpoints through the real processes: the best is taken where it was asked for, any can be exported and served."""

from pathlib import Path
from typing import Any

import pytest

from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("consistent")]

EVALUATED = {"split_dataset_ratio": 0.5}
WHY = "took checkpoint-4, the best by loss (1); the last, checkpoint-8, has 1.5"


def submit(stack: RealStack, name: str, extra_args: dict[str, Any], **knobs: Any) -> None:
    """A training of eight steps that saves every second one, and is best at the fourth."""
    inputs = fake_inputs(stack.folder, steps=8, seconds_per_step=0.01, best_at_step=4, **knobs)
    params = {"eval_steps": 2, "save_steps": 2, "save_total_limit": 3}
    stack.submit(**inputs, output_dir=f"output/{name}", llm_params=params, extra_args=extra_args, resumable=False)


@pytest.fixture(scope="module")
def best(stack: RealStack) -> dict[str, Any]:
    submit(stack, "best", EVALUATED | {"load_best_model_at_end": True, "metric_for_best_model": "loss"})
    return stack.wait_for("best", "completed")


def export(stack: RealStack, checkpoint: str) -> dict[str, Any]:
    answer = stack.http.post("/jobs/best/export", json={"checkpoint": checkpoint})
    assert answer.status_code == 200, answer.text
    return stack.wait_for(answer.json()["export_job_id"], "completed")


def test_the_best_checkpoint_is_named_and_merged_and_it_is_said_why(stack: RealStack, best: dict[str, Any]) -> None:
    output = stack.folder / "output/best/attempt-1"
    taken = ("checkpoint_path", "best_checkpoint", "last_checkpoint")
    assert [best[name] for name in taken] == [str(output / f"checkpoint-{step}") for step in (4, 4, 8)]
    assert (best["best_metric"], best["last_metric"], best["metric_for_best_model"]) == (1.0, 1.5, "loss")
    assert best["message"] == f"trained 8 steps; {WHY}"
    assert best["export_path"] == str(output / "merged")
    events = {event["type"]: event["message"] for event in stack.get("/jobs/best/events")["events"]}
    assert events["export"] == "training is done; merges checkpoint-4 into the model"


def test_the_checkpoints_are_listed_with_all_that_is_known_of_them(stack: RealStack, best: dict[str, Any]) -> None:
    told = stack.get("/jobs/best/checkpoints")

    names = [(one["name"], one["is_best"], one["is_last"]) for one in told["checkpoints"]]
    assert names == [("checkpoint-4", True, False), ("checkpoint-6", False, False), ("checkpoint-8", False, True)]
    first = told["checkpoints"][0]
    size = sum(path.stat().st_size for path in Path(best["checkpoint_path"]).iterdir())
    assert (first["step"], first["size_bytes"], first["resumable"], first["attempt"]) == (4, size, False, 1)
    assert (first["path"], first["evaluation"]) == (best["checkpoint_path"], {"eval_loss": 1.0})
    assert first["loss"] is not None
    assert (told["checkpoint_path"], told["total"], told["best_metric"]) == (best["checkpoint_path"], 3, 1.0)


def test_a_running_training_tells_its_checkpoints_too(stack: RealStack) -> None:
    submit(stack, "running", EVALUATED, wait_at_step=7)

    told = eventually(
        lambda: stack.get("/jobs/running/checkpoints"),
        lambda told: [one["step"] for one in told["checkpoints"]] == [2, 4, 6] or stack.job("running")["completed_at"],
    )

    assert [one["name"] for one in told["checkpoints"] if one["is_best"]] == ["checkpoint-4"]
    assert [one["name"] for one in told["checkpoints"] if one["is_last"]] == ["checkpoint-6"]
    assert told["checkpoint_path"] == ""
    Path(stack.job("running")["model_path"], "go").touch()
    job = stack.wait_for("running", "completed")
    assert (Path(job["checkpoint_path"]).name, job["message"]) == ("checkpoint-8", "trained 8 steps")
    assert Path(job["best_checkpoint"]).name == "checkpoint-4"


def test_an_export_of_another_checkpoint_leaves_the_jobs_own_model_alone(
    stack: RealStack, best: dict[str, Any]
) -> None:
    last = export(stack, "last")

    assert last["checkpoint_path"] == best["last_checkpoint"]
    assert Path(last["export_path"]).name == "merged-checkpoint-8"
    assert last["export_as"] == {"format": "merged", "checkpoint": "checkpoint-8"}
    assert (Path(last["export_path"]) / "config.json").is_file()
    assert stack.job("best")["export_path"] == best["export_path"]
    assert stack.get(f"/jobs/{last['id']}/checkpoints")["checkpoints"] == []


def test_the_name_of_the_one_that_was_taken_means_the_same_as_none(stack: RealStack, best: dict[str, Any]) -> None:
    again = export(stack, "best")

    assert (again["checkpoint_path"], again["export_path"]) == (best["checkpoint_path"], f"{best['export_path']}-2")
    assert stack.job("best")["export_path"] == again["export_path"]


@pytest.mark.parametrize("wanted", ["checkpoint-2", "checkpoint-99"])
def test_a_checkpoint_that_is_not_there_is_refused_with_those_that_are(
    stack: RealStack, best: dict[str, Any], wanted: str
) -> None:
    there = "there are checkpoint-4 (best), checkpoint-6, checkpoint-8 (last)"
    for http, path, body in (
        (stack.http, "/jobs/best/export", {}),
        (stack.deploy_http, "/jobs", {"model_path": "best"}),
    ):
        answer = http.post(path, json={"checkpoint": wanted, **body})

        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["field"] == "checkpoint"
        assert answer.json()["errors"][0]["message"] == f"job 'best' has no checkpoint '{wanted}'; {there}"


@pytest.mark.parametrize("wanted", ["", "newest", "checkpoint-", "../checkpoint-4", "checkpoint-4\n", 4])
def test_what_is_no_name_of_a_checkpoint_is_refused(stack: RealStack, best: dict[str, Any], wanted: object) -> None:
    answer = stack.http.post("/jobs/best/export", json={"checkpoint": wanted})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "checkpoint")


def test_a_training_without_evaluations_has_no_best_one(stack: RealStack) -> None:
    inputs = fake_inputs(stack.folder, steps=2, seconds_per_step=0.01)
    stack.submit(**inputs, output_dir="output/plain")
    stack.wait_for("plain", "completed")

    answer = stack.http.post("/jobs/plain/export", json={"checkpoint": "best"})

    message = "job 'plain' has no checkpoint 'best'; there are checkpoint-2 (last)"
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (422, message)


def test_a_deployment_takes_the_checkpoint_that_was_asked_for(stack: RealStack, best: dict[str, Any]) -> None:
    """The one that the training took is served as it was merged, another as an adapter on its model."""
    merged = stack.job("best")["export_path"]
    for wanted, path in (("best", merged), ("last", best["last_checkpoint"])):
        body = {"model_path": "best", "checkpoint": wanted, "name": f"of-{wanted}", "auto_start": False}

        made = stack.deployment(stack.deploy(**body)["job_id"])

        assert (made["model_path"], made["checkpoint"], made["source_job_id"]) == (path, wanted, "best")


def test_what_a_training_has_deployed_behind_it_may_be_another_checkpoint(stack: RealStack) -> None:
    inputs = fake_inputs(stack.folder, steps=8, seconds_per_step=0.01, best_at_step=4)
    wish = {"checkpoint": "last", "auto_start": False}
    params = {"eval_steps": 2, "save_steps": 2, "save_total_limit": 3}
    asks = {"llm_params": params, "extra_args": EVALUATED | {"load_best_model_at_end": True}, "deploy": wish}
    stack.submit(**inputs, output_dir="output/then", **asks)

    job = eventually(lambda: stack.job("then"), lambda job: job["deploy_job_id"] or job["status"] == "failed")

    assert job["deploy"]["checkpoint"] == "last"
    assert stack.deployment(job["deploy_job_id"])["model_path"] == job["last_checkpoint"] != job["checkpoint_path"]


def test_only_trainings_have_checkpoints_by_name(stack: RealStack, best: dict[str, Any]) -> None:
    body = {"model_path": best["export_path"], "checkpoint": "best"}

    answer = stack.deploy_http.post("/jobs", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["message"].startswith("only a training of this service has checkpoints by name")
