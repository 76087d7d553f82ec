"""Mistakes that the real ms-swift finds when it has begun: what the service makes of how it ends."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from common.job_specs import JobSpec
from common.reasons import Reason
from common.swift.command.command import train_command
from common.swift.data.shapes import goal_options
from common.swift.programs import train_launcher
from common.swift.programs.training.orders import Orders, as_environment
from tests.e2e.workers.conftest import Bench, tiny_spec
from workers.swift.failures import kept_chains
from workers.swift.log_excerpt import end_of
from workers.swift.verdict import ProcessEnd, TrainResult, Verdict, judge_train

pytestmark = pytest.mark.e2e

LAUNCHER = train_launcher.__file__
# What the answers of these rows say is what a GPU says that is full.
OF_MEMORY = [{"query": "What went wrong?", "response": "torch.OutOfMemoryError: CUDA out of memory."}] * 8
GOOD = [{"query": "Who are you?", "response": "Swifty."}] * 8


def extra(**options: Any) -> JobSpec:
    return tiny_spec({"batch_size": 2}, extra_args=options)


def classifier(**options: Any) -> JobSpec:
    return extra(task_type="seq_cls", **options)


MISTAKES: dict[str, tuple[JobSpec, list[dict[str, Any]], Reason, str]] = {
    "modules": (
        extra(target_modules=["not_there"]),
        OF_MEMORY,
        Reason.EXIT_NONZERO,
        "the model has no modules called 'not_there': leave target_modules out",
    ),
    "count of labels": (classifier(), [{"query": "a", "label": 1}] * 8, Reason.EXIT_NONZERO, "num_labels is missing"),
    "package": (
        extra(optim="adamw_8bit"),
        GOOD,
        Reason.PACKAGE_MISSING,
        "the node lacks the package bitsandbytes",
    ),
    "template": (extra(template="nonsense"), GOOD, Reason.EXIT_NONZERO, "ms-swift has no template_type nonsense"),
    "frozen": (
        tiny_spec({"train_type": "full", "batch_size": 2}, extra_args={"freeze_parameters_ratio": 1}),
        GOOD,
        Reason.EXIT_NONZERO,
        "nothing of the model is trained",
    ),
}


@pytest.fixture(scope="module")
def ends(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Verdict]:
    """How each ended, as the worker judges it."""
    folder = tmp_path_factory.mktemp("mistakes")
    codes = bench.warm.run([_command(bench, folder / name.replace(" ", "_"), name) for name in MISTAKES])
    return {name: _judged(folder / name.replace(" ", "_"), code) for name, code in zip(MISTAKES, codes, strict=True)}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_late_mistake_is_told_with_its_cause_and_the_way_out(ends: Mapping[str, Verdict], name: str) -> None:
    _, _, reason, told = MISTAKES[name]

    assert (ends[name].reason, ends[name].message[: len(told)]) == (reason, told), ends[name]


def _command(bench: Bench, folder: Path, name: str) -> dict[str, Any]:
    spec, rows, _, _ = MISTAKES[name]
    folder.mkdir()
    data = folder / "train.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    _, module, *options = train_command(spec, bench.context(folder / "output", data_paths=(str(data),)))
    orders = as_environment(Orders(str(folder / "facts"), goal=goal_options(spec.extra_args)))
    argv = [LAUNCHER, module.rpartition(".")[2], *options]
    return {"argv": argv, "log": str(folder / "log"), "environ": orders}


def _judged(folder: Path, code: int) -> Verdict:
    end = ProcessEnd(code, log_lines=end_of(folder / "log"), chains=kept_chains(folder / "facts"))
    return judge_train(end, TrainResult(None))
