"""Rows of a training's data: how many it was given, how many are used, and why the others are not."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import PurePath
from typing import Any

# By cause, as the launcher of trainings tells it (common/swift/programs/training/causes.py).
WORDS = {
    "too_long": "longer than max_length",
    "null_content": "with null in place of a text",
    "empty": "without a text where one is needed",
    "same_answers": "with the same answer twice",
    "unreadable_tools": "with tools or calls of tools that cannot be read",
    "wrong_shape": "of a shape that ms-swift does not read",
    "nothing_to_learn": "without a token of an answer to learn",
}


@dataclass(frozen=True, slots=True)
class UnusedRow:
    """One row: which of which data set (counted from 1; None where that is not known), and what ms-swift said of it."""

    source: str
    row: int | None
    why: str


@dataclass(frozen=True, slots=True)
class UnusedRows:
    """Those with one cause: how many, and the first few."""

    cause: str
    count: int
    first: tuple[UnusedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """Of the data to train on: `given` are `used` and those `dropped`. `validation_dropped` are of the data to validate
    with, and `passed_over` those that a sample was not taken of, which are no part of it.

    Not final while rows are read as the model trains: then `used` are those that nothing was said against so far.
    """

    given: int
    used: int
    dropped: tuple[UnusedRows, ...] = ()
    validation_dropped: tuple[UnusedRows, ...] = ()
    passed_over: tuple[UnusedRows, ...] = ()
    is_final: bool = True


def rows_of(content: Mapping[str, Any]) -> Rows:
    """From JSON: the launcher's, or a record's. What is not known here is left out."""
    return Rows(
        int(content["given"]),
        int(content["used"]),
        _unused(content.get("dropped", ())),
        _unused(content.get("validation_dropped", ())),
        _unused(content.get("passed_over", ())),
        bool(content.get("is_final", True)),
    )


def load_rows(text: str) -> Rows | None:
    """Of a record's field; None of a training that told nothing."""
    return rows_of(json.loads(text)) if text else None


def dump_rows(rows: Rows) -> str:
    return json.dumps(asdict(rows), ensure_ascii=False)


def with_sources(rows: Rows, called: Callable[[str], str]) -> Rows:
    """The same with other names of the data sets."""
    return replace(
        rows,
        dropped=_renamed(rows.dropped, called),
        validation_dropped=_renamed(rows.validation_dropped, called),
        passed_over=_renamed(rows.passed_over, called),
    )


def summary(rows: Rows) -> str:
    """4 of 40 rows are used; left out: 36 longer than max_length (row 2 of train.jsonl first)."""
    used, given, others = f"{rows.used:,}", f"{rows.given:,}", causes(rows.dropped)
    if rows.used == rows.given and not others:
        return f"all {given} rows are used" if rows.is_final else f"{given} rows were used so far"
    so_far, left_out = "" if rows.is_final else " so far", f"; left out: {others}" if others else ""
    return f"{used} of {given} rows are used{so_far}{left_out}"


def validation_summary(rows: Rows) -> str:
    """What is left out of the data to validate with; empty when nothing is."""
    return f"of the data to validate with: {causes(rows.validation_dropped)}" if rows.validation_dropped else ""


def sampling_summary(rows: Rows) -> str:
    """What a sample was not taken of; empty where there is nothing."""
    return f"left out before the sample was taken: {causes(rows.passed_over)}" if rows.passed_over else ""


def causes(dropped: Sequence[UnusedRows]) -> str:
    """36 longer than max_length (row 2 of train.jsonl first), 1 with null in place of a text."""
    return ", ".join(f"{unused.count:,} {WORDS.get(unused.cause, unused.cause)}{_first(unused)}" for unused in dropped)


def _first(unused: UnusedRows) -> str:
    known = next((row for row in unused.first if row.row is not None), None)
    return f" (row {known.row:,} of {PurePath(known.source).name} first)" if known else ""


def _renamed(dropped: Sequence[UnusedRows], called: Callable[[str], str]) -> tuple[UnusedRows, ...]:
    return tuple(
        replace(unused, first=tuple(replace(row, source=called(row.source)) for row in unused.first))
        for unused in dropped
    )


def _unused(content: Sequence[Mapping[str, Any]]) -> tuple[UnusedRows, ...]:
    return tuple(
        UnusedRows(
            str(part["cause"]),
            int(part["count"]),
            tuple(UnusedRow(str(row["source"]), row["row"], str(row["why"])) for row in part.get("first", ())),
        )
        for part in content
    )
