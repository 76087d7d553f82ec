"""Metric records as progress: steps done, the newest numbers, the time that remains."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from common.jobs import Progress
from workers.swift.metric_lines import RecordKind, kind_of

STEPS = "global_step/max_steps"
SECONDS_PER_STEP = "train_speed(s/it)"
STEPS_PER_SECOND = "train_speed(iter/s)"  # early 3.x
TIME_MAX_SECONDS = 100 * 365 * 86400  # beyond it no date can be told
UNIT_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
TIME = re.compile(r"(?:\s*\d{1,9}\s*[dhms])+\s*", re.ASCII)
OF_TRAINING = ("loss", "learning_rate", "grad_norm", "token_acc")


def newest_progress(records: Iterable[Mapping[str, Any]], before: Progress | None = None) -> Progress | None:
    """Progress after all records, starting from `before`; nothing when neither knows anything."""
    progress = before
    for record in records:
        progress = progress_after(record, progress or Progress())
    return None if progress == Progress() else progress


def progress_after(record: Mapping[str, Any], before: Progress) -> Progress:
    """Progress as of this record; what it does not say stays as it was, what is not a number becomes None."""
    kind = kind_of(record)
    if kind is RecordKind.SUMMARY:
        return before
    changes = _steps(record) | _times(record)
    if "remaining_seconds" in changes:
        changes["remaining_seconds"] += before.merge_seconds or 0
    if kind is RecordKind.TRAIN:
        changes |= {name: _number(record[name]) for name in OF_TRAINING if name in record}
    if "epoch" in record:
        changes["epoch"] = _number(record["epoch"])
    if "memory(GiB)" in record:
        changes["memory_gib"] = _number(record["memory(GiB)"])
    return replace(before, **changes)


def merging(before: Progress, expected: int, elapsed: int) -> Progress:
    """Progress so long after the merge behind a training began; what remains of one that is late is not known."""
    remaining = expected - elapsed if elapsed < expected else None
    return replace(before, merge_seconds=expected, merge_elapsed_seconds=elapsed, remaining_seconds=remaining)


def seconds(text: object) -> int | None:
    """Seconds of a time as ms-swift prints it: "0s", "6m 50s", "1h 2m 3s", "1d 2h"; nothing when it is none."""
    if not isinstance(text, str) or not TIME.fullmatch(text):
        return None
    total = sum(int(amount) * UNIT_SECONDS[unit] for amount, unit in re.findall(r"(\d+)\s*([dhms])", text))
    return total if total <= TIME_MAX_SECONDS else None


def _steps(record: Mapping[str, Any]) -> dict[str, Any]:
    found = re.fullmatch(r"(\d{1,15})/(\d{1,15})", str(record.get(STEPS, "")), re.ASCII)
    return {"step": int(found[1]), "max_steps": int(found[2])} if found else {}


def _times(record: Mapping[str, Any]) -> dict[str, Any]:
    times = {"elapsed_seconds": seconds(record.get("elapsed_time"))}
    times |= {"remaining_seconds": seconds(record.get("remaining_time"))}
    known: dict[str, Any] = {name: value for name, value in times.items() if value is not None}
    speed = _number(record.get(SECONDS_PER_STEP))
    if speed is None and (rate := _number(record.get(STEPS_PER_SECOND))):
        speed = 1 / rate
    return known if speed is None else known | {"seconds_per_step": speed}


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None
