"""Which checkpoint a training took: the last, or the best when the job asked for that and it can be proved."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from common.checkpoints import Checkpoints
from common.jobs import Job
from tests.builders import make_job, make_spec
from tests.unit.workers.outputs.saved import an_output, log, save, sum_up
from workers.outputs.chosen import choose, wants_best
from workers.swift.artefacts import last_checkpoint

BEST = {"load_best_model_at_end": True, "metric_for_best_model": "loss"}


def a_job(**extra_args: Any) -> Job:
    return make_job("one", spec=make_spec(extra_args=extra_args))


@pytest.fixture
def job() -> Job:
    return a_job(**BEST)


@pytest.fixture
def output(tmp_path: Path, job: Job) -> Path:
    """Of a training that was best at step 40 and got worse."""
    output = an_output(tmp_path.resolve(), job)
    best = None
    for step, loss in ((20, 5.25), (40, 5.125), (60, 6.5)):
        best = output / f"checkpoint-{min(step, 40)}"
        save(output, step, loss, best)
    sum_up(output, best)
    return output


def test_the_best_is_taken_when_the_job_asked_for_it(output: Path, job: Job) -> None:
    chosen = choose(job, output, last_checkpoint(output))

    assert chosen.checkpoint == output / "checkpoint-40"
    assert chosen.kept == Checkpoints(
        last_checkpoint=str(output / "checkpoint-60"),
        last_metric=6.5,
        best_checkpoint=str(output / "checkpoint-40"),
        best_metric=5.125,
        metric_for_best_model="loss",
    )
    assert chosen.why == "took checkpoint-40, the best by loss (5.125); the last, checkpoint-60, has 6.5"


def test_who_did_not_ask_gets_the_last_and_is_told_of_the_best(output: Path) -> None:
    chosen = choose(a_job(), output, last_checkpoint(output))

    assert (chosen.checkpoint, chosen.why) == (output / "checkpoint-60", "")
    assert chosen.kept.best_checkpoint == str(output / "checkpoint-40")


@pytest.mark.parametrize(
    ("extra_args", "wanted"),
    [
        ({"load_best_model_at_end": True}, True),
        ({"load_best_model_at_end": "true"}, True),
        ({"load_best_model_at_end": "False"}, False),
        ({"metric_for_best_model": "eval_loss"}, True),
        ({"save_strategy": "best"}, True),
        ({"save_strategy": "steps", "early_stop_interval": 3}, False),
    ],
)
def test_the_best_is_asked_for_in_these_ways(extra_args: dict[str, Any], wanted: bool) -> None:
    assert wants_best(extra_args) is wanted


def test_without_a_summary_the_last_checkpoint_tells_which_is_best(output: Path, job: Job) -> None:
    """Of a training that was ended behind its last step."""
    lines = (output / "logging.jsonl").read_text().splitlines(keepends=True)
    (output / "logging.jsonl").write_text("".join(lines[:-1]))

    assert choose(job, output, last_checkpoint(output)).checkpoint == output / "checkpoint-40"


def test_a_best_one_that_is_the_last_too_is_called_both(tmp_path: Path, job: Job) -> None:
    output = an_output(tmp_path.resolve(), job)
    sum_up(output, save(output, 20, 5.25))

    assert (
        choose(job, output, last_checkpoint(output)).why == "took checkpoint-20, the best by loss (5.25) and the last"
    )


@pytest.mark.parametrize("how", ["gone", "torn", "runs code"])
def test_a_best_one_that_cannot_be_proved_leaves_the_last_and_that_is_said(output: Path, job: Job, how: str) -> None:
    best = output / "checkpoint-40"
    if how == "gone":
        shutil.rmtree(best)
    elif how == "torn":
        (best / "trainer_state.json").unlink()
    else:
        (best / "args.json").write_text(json.dumps({"external_plugins": ["evil.py"]}))

    chosen = choose(job, output, last_checkpoint(output))

    assert (chosen.checkpoint, chosen.kept.best_checkpoint) == (output / "checkpoint-60", "")
    assert chosen.why == ("took the last, checkpoint-60: the best by loss, checkpoint-40, is gone or not whole")


def test_a_last_one_that_save_total_limit_removed_leaves_the_best(output: Path) -> None:
    """With a limit of 1 transformers removes all but the best at the end, whoever asked for it."""
    shutil.rmtree(output / "checkpoint-60")

    chosen = choose(a_job(), output, last_checkpoint(output))

    assert (chosen.checkpoint, chosen.kept.last_checkpoint) == (output / "checkpoint-40", "")
    assert chosen.why.endswith("the best by loss (5.125); save_total_limit left no last one")


def test_a_training_that_went_on_may_have_its_best_in_an_earlier_attempt(output: Path, job: Job) -> None:
    second = an_output(output.parent, job, 2)
    save(second, 80, 7.5, output / "checkpoint-40")
    sum_up(second, output / "checkpoint-40")

    chosen = choose(job, second, last_checkpoint(second))

    assert chosen.checkpoint == output / "checkpoint-40"
    assert (chosen.kept.best_metric, chosen.kept.last_metric) == (5.125, 7.5)


def test_a_best_one_elsewhere_is_none_of_the_jobs(output: Path, job: Job, tmp_path: Path) -> None:
    foreign = an_output(tmp_path / "other", make_job("other"))
    sum_up(output, save(foreign, 40, 1.0))

    assert choose(job, output, last_checkpoint(output)).checkpoint == output / "checkpoint-60"


@pytest.mark.parametrize(("greater", "name"), [(None, "checkpoint-20"), (True, "checkpoint-40")])
def test_where_the_best_evaluation_was_not_saved_the_best_that_was_saved_is_taken(
    tmp_path: Path, job: Job, greater: bool | None, name: str
) -> None:
    output = an_output(tmp_path.resolve(), job)
    log(output, {"eval_loss": 1.0, "global_step/max_steps": "10/100"})
    for step, loss in ((20, 2.0), (40, 4.0), (60, 3.0)):
        save(output, step, loss)
    sum_up(output, None)
    (output / "args.json").write_text(json.dumps({"greater_is_better": greater}))

    assert choose(job, output, last_checkpoint(output)).checkpoint == output / name


def test_without_an_evaluation_there_is_no_best_one(tmp_path: Path, job: Job) -> None:
    output = an_output(tmp_path.resolve(), job)
    last = save(output, 20)
    sum_up(output, None)

    chosen = choose(job, output, last)

    assert chosen.kept == Checkpoints(last_checkpoint=str(last))
    assert chosen.why == "took the last, checkpoint-20: none was evaluated by loss"


def test_a_training_that_left_nothing_took_nothing(tmp_path: Path, job: Job) -> None:
    assert choose(job, an_output(tmp_path, job), None).checkpoint is None
