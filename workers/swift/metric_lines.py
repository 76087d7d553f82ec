"""One line of ms-swift's logging.jsonl as a record that is safe as JSON."""

import json
import math
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]

# The summary repeats every line before it.
NOT_KEPT = frozenset({"log_history"})


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
    if "loss" not in record and any(key.startswith("eval_") for key in record):
        return RecordKind.EVAL
    return RecordKind.TRAIN


def _json_safe(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _json_safe(kept) for key, kept in value.items()}
    if isinstance(value, list):
        return [_json_safe(kept) for kept in value]
    return value
