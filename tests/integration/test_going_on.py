"""Trainings that go on from earlier jobs, through the real processes: on a model, with an adapter, from a state."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.real_stack import RealStack, fake_inputs

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("consistent")]

MODELS_ONLY = {"save_steps": 2, "save_only_model": True}


@pytest.fixture(scope="module")
def inputs(stack: RealStack) -> dict[str, str]:
    return fake_inputs(stack.folder, steps=4, seconds_per_step=0.01)


@pytest.fixture(scope="module")
def first(stack: RealStack, inputs: dict[str, str]) -> dict[str, Any]:
    """A training that left an adapter and a merged model."""
    stack.submit(**inputs, output_dir="output/first", extra_args={"model_type": "qwen2"})
    return stack.wait_for("first", "completed")


def refusal(stack: RealStack, inputs: dict[str, str], **body: Any) -> dict[str, Any]:
    answer = stack.http.post("/jobs", json={**inputs, "output_dir": "output/refused", **body})
    assert answer.status_code == 422, answer.text
    checked = stack.http.post("/jobs/validate", json={**inputs, "output_dir": "output/refused", **body}).json()
    [problem] = answer.json()["errors"]
    assert checked["errors"] == [problem]
    return problem


def given_to_swift(job: dict[str, Any]) -> dict[str, Any]:
    return json.loads((Path(job["checkpoint_path"]) / "args.json").read_text())


def resumed(stack: RealStack, name: str) -> list[str]:
    events = stack.get(f"/jobs/{name}/events")["events"]
    return [event["message"] for event in events if event["type"] == "resume"]


def test_a_job_may_be_the_model(stack: RealStack, inputs: dict[str, str], first: dict[str, Any]) -> None:
    answer = stack.submit(**inputs | {"model_path": "first"}, output_dir="output/on-model")

    merged = first["export_path"]
    assert f"model_path: the model of job 'first', {merged} on node {first['node']}" in answer["notes"]
    job = stack.wait_for("on-model", "completed")
    assert (job["model_path"], job["earlier_jobs"]) == (merged, {"model_path": "first"})
    assert job["constraints"] == {"node_names": [first["node"]]}
    assert job["extra_args"] == {"model_type": "qwen2"}
    assert given_to_swift(job)["model"] == merged


def test_a_jobs_output_folder_means_the_job(stack: RealStack, inputs: dict[str, str], first: dict[str, Any]) -> None:
    body = inputs | {"model_path": "output/first", "output_dir": "output/x"}
    checked = stack.http.post("/jobs/validate", json=body).json()

    assert checked["valid"], checked
    assert f"--model={first['export_path']}" in checked["command"]
    assert checked["model_task_type"] == "llm"


@pytest.mark.parametrize("as_option", [False, True])
def test_a_job_may_be_the_adapter(
    stack: RealStack, inputs: dict[str, str], first: dict[str, Any], as_option: bool
) -> None:
    name = f"on-adapter-{as_option}"
    body = {"extra_args": {"adapters": ["first"]}} if as_option else {"adapters": ["first"]}
    answer = stack.submit(**inputs, **body, output_dir=f"output/{name}")

    what = f"the adapter of job 'first' (checkpoint-4), {first['checkpoint_path']} on node {first['node']}"
    assert f"{'extra_args.' if as_option else ''}adapters: {what}" in answer["notes"]
    job = stack.wait_for(name, "completed")
    assert job["earlier_jobs"] == {"adapters": "first"}
    assert job["extra_args"] == {"adapters": [first["checkpoint_path"]], "model_type": "qwen2"}
    assert given_to_swift(job)["adapters"] == first["checkpoint_path"]


def test_what_is_called_as_a_job_is_meant_by_its_path(
    stack: RealStack, inputs: dict[str, str], first: dict[str, Any]
) -> None:
    (stack.folder / "first").symlink_to(inputs["model_path"])

    for model_path, opened in (("first", first["export_path"]), ("./first", str(stack.folder / "first"))):
        body = inputs | {"model_path": model_path, "output_dir": "output/x"}
        told = stack.http.post("/jobs/validate", json=body).json()
        assert f"--model={opened}" in told["command"], told
        says = "model_path: there is a folder called first, too; ./first means that" in told["notes"]
        assert says == (model_path == "first")


def test_a_state_is_taken_up_with_its_optimizer_and_later_attempts_go_on_from_their_own(stack: RealStack) -> None:
    inputs = fake_inputs(stack.folder, steps=8, seconds_per_step=0.01, fail_at_step=5)
    stack.submit(**inputs, output_dir="output/broken", llm_params=MODELS_ONLY)
    stack.wait_for("broken", "failed")
    knobs = {"steps": 8, "seconds_per_step": 0.01, "fail_at_step": 7}
    Path(inputs["model_path"], "fake.json").write_text(json.dumps(knobs))

    body = {"resume_from": "broken", "llm_params": MODELS_ONLY, "retries": 1}
    answer = stack.submit(**inputs, **body, output_dir="output/taken-up")

    assert any(
        note.startswith("resume_from: checkpoint-4 of job 'broken', with its optimizer, /") for note in answer["notes"]
    ), answer
    job = stack.wait_for("taken-up", "failed")
    assert job["earlier_jobs"] == {"resume_from": "broken"}
    assert resumed(stack, "taken-up") == [
        "goes on from checkpoint-4 of job 'broken', its optimizer included",
        "goes on from checkpoint-6 of attempt 1",
    ]
    given = json.loads((stack.folder / "output/taken-up/attempt-1/args.json").read_text())
    state = stack.folder / "output/broken/attempt-1/resume/checkpoint-4"
    assert given["resume_from_checkpoint"] == str(state)


def test_without_an_optimizer_it_is_told_that_this_starts_anew(stack: RealStack) -> None:
    inputs = fake_inputs(stack.folder, steps=6, seconds_per_step=0.01, fail_at_step=5)
    stack.submit(**inputs, output_dir="output/weights", llm_params=MODELS_ONLY, resumable=False)
    stack.wait_for("weights", "failed")
    Path(inputs["model_path"], "fake.json").write_text(json.dumps({"steps": 6, "seconds_per_step": 0.01}))

    answer = stack.submit(**inputs, resume_from="weights", output_dir="output/weights-on", llm_params=MODELS_ONLY)

    what = "resume_from: checkpoint-4 of job 'weights', without an optimizer, which starts anew with the schedule"
    assert any(note.startswith(what) for note in answer["notes"])
    job = stack.wait_for("weights-on", "completed")
    assert (job["message"], job["progress_detail"]["step"]) == ("trained 2 steps, from 4 to 6", 6)
    assert resumed(stack, "weights-on") == [
        "goes on from checkpoint-4 of job 'weights', which has no optimizer state: optimizer and schedule start anew"
    ]


def test_a_state_that_is_gone_is_told_by_the_node(stack: RealStack, first: dict[str, Any]) -> None:
    inputs = fake_inputs(stack.folder, steps=6, seconds_per_step=0.01, fail_at_step=5)
    stack.submit(**inputs, output_dir="output/gone", llm_params=MODELS_ONLY)
    stack.wait_for("gone", "failed")
    (stack.folder / "output/gone").rename(stack.folder / "output/elsewhere")

    stack.submit(**inputs, resume_from="gone", output_dir="output/gone-on", llm_params=MODELS_ONLY)

    job = stack.wait_for("gone-on", "failed")
    assert job["reason"] == "model_not_found"
    assert job["error_message"] == f"resume_from: job 'gone' has no complete checkpoint on node {first['node']}"


def test_a_state_of_the_last_step_leaves_nothing_to_train(
    stack: RealStack, inputs: dict[str, str], first: dict[str, Any]
) -> None:
    other = Path(inputs["data_path"]).with_name("other.jsonl")
    other.write_bytes(
        Path(inputs["data_path"]).read_bytes()
    )  # of other data only the node knows how many steps they are

    stack.submit(**inputs | {"data_path": str(other)}, resume_from="first", output_dir="output/done")

    job = stack.wait_for("done", "failed")
    assert (job["reason"], job["checkpoint_path"]) == ("incomplete", "")
    assert job["error_message"] == (
        "nothing was left to train: checkpoint-4 of job 'first' has all steps that this training was asked for; "
        "ask for more (num_epochs or max_steps)"
    )


def test_what_cannot_be_gone_on_from_is_refused_with_what_there_is(
    stack: RealStack, inputs: dict[str, str], first: dict[str, Any]
) -> None:
    waiting = fake_inputs(stack.folder, steps=2)
    stack.submit(**waiting, output_dir="output/held", auto_start=False)
    patience, way = "wait for its end", "send that as model_path"
    for body, field, why in (
        ({"resume_from": "nobody"}, "resume_from", "there is no training 'nobody'"),
        ({"resume_from": "held"}, "resume_from", f"job 'held' is pending: {patience}, or cancel it"),
        ({"model_path": "held"}, "model_path", f"job 'held' is pending and has no model to train; {patience}"),
        ({"adapters": ["held"]}, "adapters", f"job 'held' is pending and has no adapter; {patience}"),
        (
            {"extra_args": {"adapters": "held"}}, "extra_args.adapters",
            f"job 'held' is pending and has no adapter; {patience}",
        ),
        (
            {"model_path": waiting["model_path"], "resume_from": "first"}, "model_path",
            f"a training starts from the state of one alike: job 'first' has {inputs['model_path']}",
        ),
        (
            {"resume_from": "first", "llm_params": {"lora_rank": 3, "num_epochs": 9}}, "llm_params.lora_rank",
            "job 'first' has 16 and it is kept: leave this out, or send 16",
        ),
        (
            {"resume_from": "first", "adapters": ["first"], "llm_params": {"num_epochs": 9}}, "adapters",
            "the state of job 'first' has its adapter with it: leave one of both out",
        ),
        (
            {"resume_from": "first"}, "resume_from",
            "job 'first' has done all its 4 steps: nothing is left to train; ask for more, such as num_epochs above 1",
        ),
        (
            {"resume_from": "first", "extra_args": {"max_steps": 3}}, "resume_from",
            (
                "checkpoint-4 of job 'first' has 4 steps, and max_steps ends this training after 3: nothing is left to "
                "train; send max_steps above 4"
            ),
        ),
        (
            {"model_path": "first", "adapters": ["first"]}, "adapters",
            f"the adapter of job 'first' was made for {inputs['model_path']}, not for {first['export_path']}: {way}",
        ),
    ):  # fmt: skip
        problem = refusal(stack, inputs, **body)

        assert (problem["field"], problem["message"]) == (field, why)
    stack.http.post("/jobs/held/cancel")


def test_what_a_waiting_child_needs_is_kept_and_lineage_tells_of_both(stack: RealStack, inputs: dict[str, str]) -> None:
    stack.submit(**inputs, output_dir="output/parent")
    stack.wait_for("parent", "completed")
    stack.submit(**inputs, adapters=["parent"], output_dir="output/child", auto_start=False)

    answer = stack.http.delete("/jobs/parent", params={"files": True})

    assert answer.status_code == 409, answer.text
    assert "are used by child" in answer.json()["detail"]
    related = stack.get("/jobs/parent/lineage")["children"], stack.get("/jobs/child/lineage")["parents"]
    assert related == (
        [{"field": "adapters", "job_id": "child", "status": "pending"}],
        [{"field": "adapters", "job_id": "parent", "status": "completed"}],
    )
    assert stack.http.delete("/jobs/child").status_code == 204
    assert stack.http.delete("/jobs/parent", params={"files": True}).status_code == 204
    assert stack.get("/jobs/first/lineage")["parents"] == []
