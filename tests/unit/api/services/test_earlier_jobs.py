"""What a training takes of an earlier job, and why it cannot."""

from typing import Any

import pytest

from api.services.checks.earlier_jobs import (
    Taken,
    adapter_of,
    foretold_note,
    model_of,
    rank_problems,
    resume_problems,
    state_of,
)
from api.services.checks.form import Form
from common.checkpoints import Checkpoint
from common.job_specs import JobSpec
from common.jobs import Job, Progress
from common.states import JobState
from common.swift.inputs import InputRefused, Roots
from tests.builders import make_deployment, make_export_spec, make_job, make_places, make_spec

ROOTS = Roots(())
BASE = "Qwen/Qwen2.5-7B-Instruct"


def trained(train_type: str = "lora", **changes: Any) -> Job:
    values = {"state": JobState.COMPLETED, "checkpoint_path": "/out/attempt-1/checkpoint-4", "places": make_places()}
    spec = changes.pop("spec", None) or make_spec(params={"train_type": train_type, "num_epochs": 2, "lora_rank": 8})
    return make_job(**{**values, "spec": spec, **changes})


def like(job: Job, **changes: Any) -> JobSpec:
    given = {"model_path": job.spec.model_path, "params": job.spec.training.params, **changes}
    return make_spec(**given)


def saved(step: int, resumable: bool = False, attempt: int = 1) -> Checkpoint:
    name = f"checkpoint-{step}"
    return Checkpoint(name, f"/out/attempt-{attempt}/{name}", step, attempt, f"node-{attempt}", 10, resumable)


def why_not(taking: Any, *given: Any) -> str:
    with pytest.raises(InputRefused) as caught:
        taking(*given)
    return caught.value.problem.message


def test_the_model_of_a_training_is_its_own_merge_whatever_was_exported_since() -> None:
    quantised = trained(own_export_path="/out/attempt-1/merged", export_path="/out/attempt-1/awq-int4")

    assert model_of(quantised).path == "/out/attempt-1/merged"
    assert model_of(trained(export_path="/out/attempt-1/merged-2")).path == "/out/attempt-1/merged-2"
    assert model_of(trained("full", export_path="/out/attempt-1/fp8")).path == "/out/attempt-1/checkpoint-4"


def test_the_model_of_an_export_is_what_it_made_on_the_node_that_has_it() -> None:
    export = trained(job_id="one~export-1", spec=make_export_spec(), export_path="/out/attempt-1/awq-int4")

    taken = model_of(export)

    assert taken == Taken("model_path", export, "/out/attempt-1/awq-int4", "node-1", "the model of job 'one~export-1'")


def test_an_adapter_is_no_model_and_a_model_no_adapter() -> None:
    only_quantised = trained(export_path="/out/attempt-1/awq-int4")
    for job in (trained(), only_quantised):
        way_out = f"export it first, or send model_path {BASE} and adapters [one]"
        assert why_not(model_of, job) == f"job 'one' left an adapter and no merged model: {way_out}"
    assert why_not(adapter_of, trained("full"), like(trained()), ROOTS) == (
        "job 'one' was trained in full and left a whole model: send it as model_path"
    )
    export = trained(job_id="one~export-1", spec=make_export_spec())
    assert "or its training as adapter, 'one'" in why_not(adapter_of, export, like(trained()), ROOTS)


def test_an_adapter_is_there_though_its_merge_failed() -> None:
    failed = trained(state=JobState.FAILED, reason="export_failed")

    assert adapter_of(failed, like(failed), ROOTS).path == "/out/attempt-1/checkpoint-4"
    assert why_not(model_of, failed) == "job 'one' is failed and has no model to train"
    assert why_not(adapter_of, trained(state=JobState.FAILED), like(failed), ROOTS) == (
        "job 'one' is failed and has no adapter"
    )


@pytest.mark.parametrize(
    ("base", "fits"), [(BASE, True), (f"hf::{BASE}", True), (f"/models/{BASE}", True), ("Qwen/Qwen2.5-7B", False)]
)
def test_an_adapter_is_taken_for_the_model_that_it_was_made_for(base: str, fits: bool) -> None:
    if fits:
        assert adapter_of(trained(), like(trained(), model_path=base), ROOTS).path
    else:
        assert why_not(adapter_of, trained(), like(trained(), model_path=base), ROOTS) == (
            f"the adapter of job 'one' was made for {BASE}, not for {base}: send that as model_path"
        )


def test_the_last_state_is_one_with_an_optimizer_where_there_is_any() -> None:
    lost = trained(state=JobState.FAILED)

    whole = state_of(lost, (saved(8), saved(4, resumable=True), saved(6, resumable=True, attempt=2)))
    weights = state_of(lost, (saved(2), saved(8)))

    assert (whole.path, whole.node) == ("/out/attempt-2/checkpoint-6", "node-2")
    assert whole.what == "checkpoint-6 of job 'one', with its optimizer"
    assert weights.what == "checkpoint-8 of job 'one', without an optimizer, which starts anew with the schedule"


def test_of_a_job_that_tells_of_no_checkpoints_the_one_that_it_took_is_known() -> None:
    assert state_of(trained(), ()).path == "/out/attempt-1/checkpoint-4"
    assert why_not(state_of, trained(state=JobState.CANCELLED, checkpoint_path=""), ()) == (
        "job 'one' is cancelled and left no checkpoint to start from"
    )
    assert why_not(state_of, make_deployment(), ()) == "'tiny~deploy-1' is no training, and has no state to start from"


def test_a_state_is_for_a_training_alike() -> None:
    job = trained()
    wanted = like(job, model_path="other/model", method="dpo", params={"train_type": "full"})

    found = {problem.field: problem.message for problem in resume_problems(state_of(job, ()), wanted, ROOTS)}

    alike = "a training starts from the state of one alike: job 'one' has"
    assert found == {
        "model_path": f"{alike} {BASE}",
        "method": f"{alike} sft",
        "params.train_type": f"{alike} lora",
    }


@pytest.mark.parametrize(
    ("changes", "is_done"),
    [
        ({}, True),
        ({"params": {"train_type": "lora", "num_epochs": 3}}, False),
        ({"extra_args": {"max_steps": 9}}, False),
        ({"data_path": "AI-ModelScope/other"}, False),
    ],
)
def test_who_asks_for_no_more_steps_is_told_that_all_are_done(changes: dict[str, Any], is_done: bool) -> None:
    job = trained(progress=Progress(step=4, max_steps=4))

    found = [problem.field for problem in resume_problems(state_of(job, ()), like(job, **changes), ROOTS)]

    assert found == (["resume_from"] if is_done else [])
    cut_off = state_of(job.evolve(progress=Progress(step=3, max_steps=4)), ())
    assert resume_problems(cut_off, like(job), ROOTS) == []


@pytest.mark.parametrize(
    ("extra_args", "is_refused"),
    [
        ({"max_steps": 100}, True),
        ({"max_steps": "120"}, True),
        ({"max_steps": 121}, False),
        ({"max_steps": -1}, False),
        ({}, False),
        ({"max_steps": 100, "resume_only_model": True, "ignore_data_skip": True}, False),
    ],
)
def test_steps_that_a_state_has_already_are_none_to_train(extra_args: dict[str, Any], is_refused: bool) -> None:
    state = state_of(trained(state=JobState.FAILED), (saved(120, resumable=True),))

    found = [problem.message for problem in resume_problems(state, like(state.job, extra_args=extra_args), ROOTS)]

    asked = extra_args.get("max_steps")
    why = (
        f"checkpoint-120 of job 'one' has 120 steps, and max_steps ends this training after {asked}:"
        " nothing is left to train; send max_steps above 120"
    )
    assert found == ([why] if is_refused else [])


@pytest.mark.parametrize(("steps", "is_told"), [(10, True), (120, True), (121, False), (None, False)])
def test_steps_that_are_only_foretold_are_told(steps: int | None, is_told: bool) -> None:
    state = state_of(trained(state=JobState.FAILED), (saved(120, resumable=True),))

    [*notes] = foretold_note(state, like(state.job), steps)

    why = (
        f"resume_from: checkpoint-120 of job 'one' has 120 steps, and {steps} are foretold for this training: nothing "
        "is left to train then; raise num_epochs, or send max_steps above 120"
    )
    assert notes == ([why] if is_told else [])


def test_another_rank_than_the_adapters_is_refused_where_it_was_sent() -> None:
    job = trained()
    wanted = like(job, params={"train_type": "lora", "lora_rank": 16})

    sent = list(rank_problems(job, wanted, Form(sent=frozenset({"lora_rank"}))))

    assert [problem.message for problem in sent] == ["job 'one' has 8 and it is kept: leave this out, or send 8"]
    assert list(rank_problems(job, wanted, Form())) == []
