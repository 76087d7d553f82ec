"""What ms-swift refuses together, some time after the GPU was taken, is refused at submission, with the way out."""

from typing import Any

import pytest

from api.services.trainers import default_params
from common.field_problem import FieldProblem
from common.job_specs import TaskType
from common.swift.options import OptionCode, check_training_options, nearest_catalog
from common.trainings import Training
from tests.conflicting_options import CONFLICTS, Conflict, mended

CATALOG = nearest_catalog("4.6.0")


def problems(method: str, params: dict[str, Any], extra: dict[str, Any], gpus: int = 1) -> list[FieldProblem]:
    training = Training("data", "out", method, {**default_params(TaskType.LLM), **params})
    return check_training_options(training, extra, CATALOG, gpus, frozenset(params))


@pytest.mark.parametrize("case", CONFLICTS, ids=str)
def test_a_conflict_is_refused_at_the_field_that_mends_it(case: Conflict) -> None:
    found = problems(case.method, case.params, case.extra)

    assert case.blamed in [problem.field for problem in found]
    assert {problem.code for problem in found} == {OptionCode.CONFLICT}


@pytest.mark.parametrize("case", CONFLICTS, ids=str)
def test_the_way_out_is_accepted(case: Conflict) -> None:
    assert problems(case.method, *mended(case)) == []


def test_grpo_names_the_numbers_that_divide() -> None:
    [problem] = problems("grpo", {"batch_size": 1}, {"reward_funcs": ["format"], "num_generations": 8})

    assert problem.message == (
        "8 answers to each question do not divide the 4 that are written at once (batch_size=1 × gpus=1 × "
        "gradient_accumulation_steps=4); set num_generations to 4, or gradient_accumulation_steps to 8"
    )
    assert problems("grpo", {"batch_size": 1}, {"reward_funcs": ["format"]}, gpus=2) == []


@pytest.mark.parametrize("extra", [{"streaming": "yes", "max_steps": "5"}, {"save_strategy": "steps", "max_steps": 9}])
def test_a_value_counts_however_it_is_written(extra: dict[str, Any]) -> None:
    assert problems("sft", {}, extra) == []
    assert problems("sft", {}, {"streaming": "yes"}) != []


def test_a_default_of_this_service_contradicts_nothing() -> None:
    assert problems("sft", {}, {"warmup_steps": 10}) == []
    assert [problem.field for problem in problems("sft", {"warmup_ratio": 0.05}, {"warmup_steps": 10})] == [
        "extra_args.warmup_steps"
    ]


def test_a_rate_for_what_is_frozen_is_refused_only_when_both_were_sent() -> None:
    training = Training("data", "out", "sft", default_params(TaskType.MLLM))

    assert check_training_options(training, {"freeze_vit": True}, CATALOG) == []
    [problem] = check_training_options(training, {"freeze_vit": True}, CATALOG, 1, frozenset({"vit_lr"}))
    assert problem.field == "extra_args.freeze_vit"


@pytest.mark.parametrize(
    "extra",
    [{"optimizer": "adam"}, {"callbacks": ["stop"]}, {"report_to": ["wandbb"]}, {"eval_metric": "accuracy"},
     {"eval_strategy": "step"}, {"loss_type": "crossentropy"}],
)  # fmt: skip
def test_a_word_that_ms_swift_looks_up_late_is_checked_here(extra: dict[str, Any]) -> None:
    assert [problem.code for problem in problems("sft", {}, extra)] == [OptionCode.WRONG_CHOICE]


def test_shares_are_given_to_each_of_several_data_sets() -> None:
    training = Training(("a", "b", "c"), "out", "sft", default_params(TaskType.LLM))

    def told(*shares: float) -> list[str]:
        found = check_training_options(training, {"interleave_prob": list(shares)}, CATALOG)
        return [problem.message for problem in found]

    assert told(0.2, 0.3, 0.5) == []
    assert told(0.5, 0.5) == ["it is a share for each data set, and data_path has 3: give as many, or leave it out"]
    assert told(0.2, 0.3, 0.4) == ["shares of all data sets, which have to make 1 together"]
