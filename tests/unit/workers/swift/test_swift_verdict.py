import math
from dataclasses import replace

import pytest

from common.reasons import Reason
from workers.swift.verdict import ProcessEnd, TrainResult, Verdict, has_diverged, judge_export, judge_train

GOOD = {"loss": 1.2, "grad_norm": 0.5}
WHOLE = TrainResult("/o/checkpoint-13", global_step=13, max_steps=13, metrics=[GOOD])


def test_a_whole_run_with_its_checkpoint_is_a_success() -> None:
    assert judge_train(ProcessEnd(0), WHOLE) == Verdict(True, message="trained 13 steps")


def test_a_run_that_went_on_says_what_it_made_of_all_steps() -> None:
    went_on = TrainResult("/o/checkpoint-220", 220, 220, metrics=[GOOD], began_at=200)

    assert judge_train(ProcessEnd(0), went_on).message == "trained 20 steps, from 200 to 220"


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (TrainResult("/o/checkpoint-5", global_step=5, max_steps=13), Reason.INCOMPLETE),
        (TrainResult("/o/checkpoint-5"), Reason.INCOMPLETE),
        (TrainResult(None, global_step=13, max_steps=13), Reason.ARTEFACT_MISSING),
        (TrainResult("/o/checkpoint-13", 13, 13, metrics=[{"loss": 0.0, "grad_norm": None}]), Reason.DIVERGED),
        (TrainResult(None, global_step=5, max_steps=13, may_stop_early=True), Reason.INCOMPLETE),
    ],
)
def test_exit_0_alone_is_no_success(result: TrainResult, reason: Reason) -> None:
    verdict = judge_train(ProcessEnd(0), result)

    assert (verdict.ok, verdict.reason) == (False, reason)
    assert verdict.message


def test_a_run_that_may_stop_early_is_whole_with_fewer_steps() -> None:
    assert judge_train(ProcessEnd(0), TrainResult("/o/checkpoint-5", 5, 13, may_stop_early=True)).ok


@pytest.mark.parametrize(
    ("end", "reason", "message"),
    [
        (
            ProcessEnd(1, log_lines=["Traceback", "ValueError: remaining_argv: ['--nope=1']", "exiting"]),
            Reason.EXIT_NONZERO,
            "ms-swift ended with exit code 1: ValueError: remaining_argv: ['--nope=1']",
        ),
        (
            ProcessEnd(1, log_lines=["torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20 GiB."]),
            Reason.OUT_OF_MEMORY,
            "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20 GiB.",
        ),
        (ProcessEnd(-9, oom_killed=True), Reason.OUT_OF_MEMORY, "the host ran out of memory"),
        (ProcessEnd(-9), Reason.EXIT_NONZERO, "signal 9 killed the process; the usual cause is too little memory"),
        (ProcessEnd(-15), Reason.EXIT_NONZERO, "signal 15 ended the process"),
        (ProcessEnd(2), Reason.EXIT_NONZERO, "ms-swift ended with exit code 2"),
    ],
)
def test_a_failure_names_its_cause(end: ProcessEnd, reason: Reason, message: str) -> None:
    verdict = judge_train(end, WHOLE)

    assert (verdict.ok, verdict.reason) == (False, reason)
    assert verdict.message.startswith(message)


def test_a_run_that_went_well_while_the_kernel_killed_a_helper_is_a_success() -> None:
    assert judge_train(ProcessEnd(0, oom_killed=True), WHOLE).ok


@pytest.mark.parametrize(
    ("newest", "diverged"),
    [
        ({"loss": math.nan, "grad_norm": math.nan}, True),
        ({"loss": None}, True),
        ({"loss": math.inf}, True),
        ({"loss": 0.0, "grad_norm": math.nan}, True),
        ({"loss": 0.0, "grad_norm": 0.0}, False),
        ({"loss": 0.0}, False),
        ({"loss": 2.0, "grad_norm": math.inf}, False),
        ({"eval_loss": None}, False),
    ],
)
def test_a_broken_loss_is_recognised_by_the_newest_training_metrics(newest: dict[str, object], diverged: bool) -> None:
    assert has_diverged([newest, {"train_runtime": 1.0}]) is diverged


@pytest.mark.parametrize("first", [{"loss": math.nan}, {"loss": None}, {"loss": 0.0, "grad_norm": math.nan}])
def test_a_loss_that_never_was_a_number_is_blamed_on_the_model(first: dict[str, object]) -> None:
    never = judge_train(ProcessEnd(0), replace(WHOLE, metrics=[{"eval_loss": 1.0}, first, {"loss": None}]))
    later = judge_train(ProcessEnd(0), replace(WHOLE, metrics=[GOOD, first]))

    assert (never.reason, later.reason) == (Reason.DIVERGED, Reason.DIVERGED)
    assert "the model's weights may hold NaN" in never.message
    assert "try a lower learning rate" in later.message


def test_a_loss_that_came_back_has_not_diverged() -> None:
    assert not has_diverged([{"loss": 0.0, "grad_norm": None}, GOOD])


def test_an_export_is_a_success_with_a_whole_model_only() -> None:
    assert judge_export(ProcessEnd(0), is_model=True).ok
    assert judge_export(ProcessEnd(0), is_model=False).reason is Reason.EXPORT_FAILED
    assert judge_export(ProcessEnd(1, log_lines=["OSError: disk full"]), is_model=True) == Verdict(
        False, Reason.EXPORT_FAILED, "ms-swift ended with exit code 1: OSError: disk full"
    )
    assert judge_export(ProcessEnd(-9, oom_killed=True), is_model=False).reason is Reason.OUT_OF_MEMORY
