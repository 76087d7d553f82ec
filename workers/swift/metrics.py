"""ms-swift's logging.jsonl: one line as a record that is safe as JSON, and the newest record as progress."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeAlias

from common.jobs import Progress

Record: TypeAlias = dict[str, Any]

STEPS = "global_step/max_steps"
SECONDS_PER_STEP = "train_speed(s/it)"
STEPS_PER_SECOND = "train_speed(iter/s)"  # early 3.x
# The summary repeats every line before it.
NOT_KEPT = frozenset({"log_history"})
UNIT_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
TIME = re.compile(r"\s*(?:\d{1,9}\s*[dhms]\s*)+")
LARGEST_INT = 2**53


class RecordKind(StrEnum):
    """What ms-swift wrote the line for."""

    TRAIN = "train"
    EVAL = "eval"
    END = "end"  # averages of the run
    SUMMARY = "summary"  # paths and the best metric; also written after a failure


def parse_line(line: bytes | str) -> Record | None:
    """The record of one complete line; nothing for a line that is not a JSON object.

    Numbers that JSON cannot hold (NaN, Infinity) become None: the key is there, the value is not a number.
    """
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):  # also bytes that are not UTF-8, and digits without end
        return None
    if not isinstance(value, dict):
        return None
    return {key: _json_safe(kept) for key, kept in value.items() if key not in NOT_KEPT}


def kind_of(record: Mapping[str, Any]) -> RecordKind:
    """Which of the four kinds of line this is."""
    if "last_model_checkpoint" in record:
        return RecordKind.SUMMARY
    if "train_runtime" in record:
        return RecordKind.END
    return (
        RecordKind.EVAL if "loss" not in record and any(key.startswith("eval_") for key in record) else RecordKind.TRAIN
    )


def progress_after(record: Mapping[str, Any], before: Progress) -> Progress:
    """Progress as of this record; what it does not say stays as it was, what is not a number becomes None."""
    kind = kind_of(record)
    if kind is RecordKind.SUMMARY:
        return before
    changes = _steps(record) | _times(record)
    if kind is RecordKind.TRAIN:
        names = ("loss", "learning_rate", "grad_norm", "token_acc")
        changes |= {name: _number(record[name]) for name in names if name in record}
    if "epoch" in record:
        changes["epoch"] = _number(record["epoch"])
    if "memory(GiB)" in record:
        changes["memory_gib"] = _number(record["memory(GiB)"])
    return replace(before, **changes)


def seconds(text: object) -> int | None:
    """Seconds of a time as ms-swift prints it: "0s", "6m 50s", "1h 2m 3s", "1d 2h"; nothing when it is none."""
    if not isinstance(text, str) or not TIME.fullmatch(text):
        return None
    return sum(int(amount) * UNIT_SECONDS[unit] for amount, unit in re.findall(r"(\d+)\s*([dhms])", text))


def _steps(record: Mapping[str, Any]) -> dict[str, Any]:
    found = re.fullmatch(r"(\d{1,15})/(\d{1,15})", str(record.get(STEPS, "")), re.ASCII)
    return {"step": int(found[1]), "max_steps": int(found[2])} if found else {}


def _times(record: Mapping[str, Any]) -> dict[str, Any]:
    times: dict[str, Any] = {}
    if (elapsed := seconds(record.get("elapsed_time"))) is not None:
        times["elapsed_seconds"] = elapsed
    if (remaining := seconds(record.get("remaining_time"))) is not None:
        times["remaining_seconds"] = remaining
    if (speed := _number(record.get(SECONDS_PER_STEP))) is not None:
        times["seconds_per_step"] = speed
    elif rate := _number(record.get(STEPS_PER_SECOND)):
        times["seconds_per_step"] = 1 / rate
    return times


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= LARGEST_INT or isinstance(value, float) else None


def _json_safe(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _json_safe(kept) for key, kept in value.items()}
    if isinstance(value, list):
        return [_json_safe(kept) for kept in value]
    return value
