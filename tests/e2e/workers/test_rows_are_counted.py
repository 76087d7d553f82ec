"""What the launcher of trainings tells of rows, and when it ends one, with the installed ms-swift."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from common.rows import Rows
from common.swift.command.command import train_command
from common.swift.programs import train_launcher
from common.swift.programs.training import facts
from common.swift.programs.training.orders import Orders, as_environment
from tests.e2e.workers.conftest import Bench, tiny_spec
from tests.ports import free_port
from workers.outputs.one_error import one_error
from workers.outputs.rows import read_rows

pytestmark = pytest.mark.e2e

LAUNCHER = str(Path(train_launcher.__file__))
ASKED = {"role": "user", "content": "Are you large?"}


def told(text: str | None) -> dict[str, Any]:
    return {"messages": [ASKED, {"role": "assistant", "content": text}]}


def pair(better: str, worse: str) -> dict[str, Any]:
    return {**told(better), "rejected_response": worse}


SHORT, LONG = told("No."), told("x" * 900)
LOOSE = {"messages": [{**ASKED, "content": None}]}


@dataclass(frozen=True)
class Case:
    """Records, how they are trained on, and what the launcher has to tell: reason, (given, used), unused by cause."""

    records: list[dict[str, Any]]
    told: tuple[str, tuple[int, int], dict[str, int]]
    method: str = "sft"
    least: float = 0.5
    params: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    sample: str = ""


CASES = {
    "long": Case([SHORT, *[LONG] * 9] * 4, ("data_dropped", (40, 4), {"too_long": 36})),
    "some": Case([SHORT, *[LONG] * 9] * 4, ("", (40, 4), {"too_long": 36}), least=0.1),
    "null": Case([SHORT, told(None)] * 8, ("", (16, 8), {"null_content": 8}), params={"dataset_num_proc": 2}),
    # A question that is so long that its answer is cut off.
    "mask": Case(
        [{"messages": [{**ASKED, "content": "y" * 900}, SHORT["messages"][1]]}] * 8,
        ("nothing_learned", (8, 0), {"nothing_to_learn": 8}),
        extra={"truncation_strategy": "right"},
    ),
    "held_out": Case(
        [SHORT, LONG] * 10, ("", (20, 10), {"too_long": 10}), extra={"split_dataset_ratio": 0.2, "eval_steps": 50}
    ),
    "lazy": Case(
        [SHORT, LONG] * 40,
        ("data_dropped", (80, 71), {"too_long": 9}),
        least=0.9,
        params={"dataloader_num_workers": 1, "batch_size": 2},
        extra={"lazy_tokenize": True, "max_steps": 40},
    ),
    "stream": Case(
        [SHORT, LONG] * 40,
        ("data_dropped", (0, 0), {}),
        least=0.95,
        params={"batch_size": 2},
        extra={"streaming": True, "max_steps": 40},
    ),
    # Half of them a second time, shuffled otherwise, one of them too long each time.
    "again": Case(
        [LONG, *[SHORT] * 39],
        ("", (40, 39), {"too_long": 1}),
        params={"batch_size": 2},
        extra={"streaming": True, "max_steps": 30},
    ),
    # Shuffled in a buffer that holds all of it, before the first row goes on.
    "ahead": Case(
        [told(None), *[SHORT] * 5] * 40,
        ("", (240, 200), {"null_content": 40}),
        params={"batch_size": 4},
        extra={"streaming": True, "max_steps": 60, "logging_steps": 1},
    ),
    # A quarter of it is read, and a quarter of the null ones counts: 3 or 4 of 14.
    "partly": Case(
        [SHORT] * 186 + [told(None)] * 14,
        ("", (51, 48), {"null_content": 3}),
        least=0.9,
        params={"batch_size": 4},
        extra={"streaming": True, "max_steps": 10},
    ),
    # Read in batches: behind the 48 rows that went on are 4 more, which 5 of the null ones wait for.
    "null_first": Case(
        [told(None)] * 60 + [SHORT] * 60,
        ("", (103, 48), {"null_content": 55}),
        least=0.4,
        params={"batch_size": 2},
        extra={"streaming": True, "max_steps": 20, "logging_steps": 1, "dataset_shuffle": False},
    ),
    # Ten steps pass all that can be used of it.
    "unusable": Case(
        [*[told(None)] * 9, SHORT] * 20,
        ("data_dropped", (200, 20), {"null_content": 180}),
        params={"batch_size": 2},
        extra={"streaming": True, "max_steps": 400},
    ),
    # The 160 rows of all steps are fewer than those that were left out.
    "hopeless": Case(
        [*[told(None)] * 9, SHORT] * 100,
        ("data_dropped", (0, 0), {}),
        params={"batch_size": 2},
        extra={"streaming": True, "max_steps": 80, "logging_steps": 1, "dataset_shuffle": False},
    ),
    "no_stream": Case(
        [told(None)] * 40, ("data_dropped", (40, 0), {"null_content": 40}), extra={"streaming": True, "max_steps": 4}
    ),
    "mixed": Case(
        [told(None), LONG, *[SHORT] * 6] * 30,
        ("", (240, 180), {"null_content": 30, "too_long": 30}),
        params={"batch_size": 4},
        extra={"streaming": True, "max_steps": 60, "logging_steps": 1, "shuffle_buffer_size": 20},
        least=0.7,
    ),
    "twice": Case([SHORT, LONG] * 4, ("", (16, 8), {"too_long": 8}), sample="#16"),
    # A sample is taken of the rows that can be read.
    "sample": Case([SHORT, told(None), told(None), LONG] * 10, ("data_dropped", (10, 0), {}), sample="#10", least=1.0),
    # Not one row of a data set, which ms-swift would divide by their number.
    "none": Case([told(None)] * 8, ("data_dropped", (8, 0), {"null_content": 8}), least=0.0),
    # An option is at fault and no row; the check at submission would not let it through.
    "word": Case([SHORT] * 8, ("data_dropped", (8, 0), {"wrong_shape": 8}), extra={"loss_scale": "nosuch"}),
    "pairs": Case([pair("No.", "Yes."), pair("No.", "No.")] * 8, ("", (16, 8), {"same_answers": 8}), "dpo"),
    "tries": Case(
        [{"messages": [ASKED]}, LOOSE] * 8,
        ("data_dropped", (16, 8), {"null_content": 8}),
        "grpo",
        0.6,
        extra={"reward_funcs": ["format"], "num_generations": 2, "max_completion_length": 8},
    ),
    # The reward is for an answer in tags, which such a model never gives.
    "alike": Case(
        [{"messages": [ASKED]}] * 8,
        ("nothing_learned", (8, 8), {}),
        "grpo",
        params={"batch_size": 2},
        extra={
            "reward_funcs": ["format"],
            "num_generations": 2,
            "max_completion_length": 8,
            "beta": 0.0,
            "max_steps": 2,
            "logging_steps": 1,
        },
    ),
}


@pytest.fixture(scope="module")
def ran(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which all of them were trained: NAME/facts, NAME.log."""
    folder = tmp_path_factory.mktemp("rows")
    bench.warm.run([command(bench, folder, name, case) for name, case in CASES.items()])
    return folder


def command(bench: Bench, folder: Path, name: str, case: Case) -> dict[str, Any]:
    data = folder / f"{name}.jsonl"
    data.write_text("".join(json.dumps(record) + "\n" for record in case.records))
    extra = {"max_steps": 1, "report_to": ["none"], **case.extra}
    spec = tiny_spec({"max_length": 128, **case.params}, method=case.method, extra_args=extra)
    _, module, *options = train_command(spec, bench.context(folder / name, data_paths=(f"{data}{case.sample}",)))
    orders = Orders(str(folder / name / "facts"), case.method, case.least)
    log = str(folder / f"{name}.log")
    argv = [LAUNCHER, module.rpartition(".")[2], *options]
    return {"argv": argv, "log": log, "environ": as_environment(orders)}


@pytest.mark.parametrize("name", CASES)
def test_a_training_tells_its_rows_and_ends_where_too_few_are_used(ran: Path, name: str) -> None:
    reason, (given, used), causes = CASES[name].told

    rows = read_rows(ran / name / "facts")
    stopped = facts.read(ran / name / "facts", facts.STOPPED)

    assert rows is not None, (ran / f"{name}.log").read_text()[-3000:]
    assert (stopped["reason"] if stopped else "") == reason, (ran / f"{name}.log").read_text()[-3000:]
    if name in {"stream", "hopeless"}:  # as many as were read until then
        assert 0 < rows.used < CASES[name].least * rows.given
        assert rows.used < CASES[name].params["batch_size"] * CASES[name].extra["max_steps"] / 2
    elif name == "sample":  # which of them, ms-swift draws
        assert (rows.given, {drop.cause for drop in rows.dropped}) == (10, {"too_long"})
        assert rows.used == 10 - rows.dropped[0].count
        assert [(drop.cause, drop.count) for drop in rows.passed_over] == [("null_content", 20)]
    elif name == "lazy":  # as soon as a tenth cannot be used
        assert (rows.given, rows.is_final) == (80, False)
        assert rows.used < 72
    else:
        assert (rows.given, rows.used, {drop.cause: drop.count for drop in rows.dropped}) == (given, used, causes)


def test_each_cause_names_its_first_rows_in_the_order_of_the_data(ran: Path) -> None:
    rows = read_rows(ran / "long" / "facts")

    assert isinstance(rows, Rows)
    [long] = rows.dropped
    assert [row.row for row in long.first] == [2, 3, 4, 5, 6]
    assert {row.source for row in long.first} == {str(ran / "long.jsonl")}
    assert "max_length(128)" in long.first[0].why


def test_answers_that_were_all_rewarded_alike_are_told(ran: Path) -> None:
    assert facts.read(ran / "alike" / "facts", facts.STOPPED) == {"reason": "nothing_learned", "about": "0"}


def test_an_error_of_an_option_is_told_from_errors_of_rows(ran: Path) -> None:
    word, null = (read_rows(ran / name / "facts") for name in ("word", "null"))

    assert isinstance(word, Rows)
    assert isinstance(null, Rows)
    assert one_error(word.dropped) == "KeyError: 'nosuch'"
    assert one_error(null.dropped) == ""


def test_ms_swift_trains_on_what_it_would_train_on_by_hand(ran: Path) -> None:
    """The number of a row does not go with it into the model, nor into the data that are written down."""
    held_out = (ran / "held_out" / "val_dataset.jsonl").read_text()

    assert "swift_trainer_row" not in held_out
    assert (ran / "held_out" / "checkpoint-1").is_dir()


def test_rows_that_two_ranks_read_are_counted_once(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in [SHORT, LONG, told(None), SHORT] * 8))
    spec = tiny_spec({"max_length": 128, "batch_size": 2, "dataset_num_proc": 2}, extra_args={"max_steps": 2})
    context = bench.context(tmp_path / "output", data_paths=(str(tmp_path / "a.jsonl"),), gpu_count=2)
    _, module, *options = train_command(spec, context)
    orders = as_environment(Orders(str(tmp_path / "facts"), min_rows_used=0.3))

    argv = [LAUNCHER, module.rpartition(".")[2], *options]
    codes = bench.warm.run(
        [
            {"argv": argv, "log": str(tmp_path / f"{rank}.log"), "environ": {**env, **orders}}
            for rank, env in enumerate(bench.environments(2, free_port()))
        ]
    )

    assert codes == [0, 0], (tmp_path / "0.log").read_text()[-3000:]
    rows = read_rows(tmp_path / "facts")
    assert rows is not None
    assert (rows.given, rows.used) == (32, 16)
    assert {drop.cause: drop.count for drop in rows.dropped} == {"too_long": 8, "null_content": 8}
