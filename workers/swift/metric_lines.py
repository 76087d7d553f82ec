"""One line of ms-swift's logging.jsonl as a record that is safe as JSON."""

import json
import math
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]

# The summary repeats every line before it.
NOT_KEPT = frozenset({"log_history"})
# Where the summary's own facts end; quotes inside a text are escaped, so no text can look like it.
HISTORY = re.compile(rb',\s*"log_history":\s*\[')
# No record of ms-swift comes near these.
DEPTH_MAX = 8
RECORD_MAX_BYTES = 16 * 1024
TEXT_MAX_CHARACTERS = 200
VALUES_MAX = 50
INTEGER_MAX = 2**63


class RecordKind(StrEnum):
    """What ms-swift wrote the line for."""

    TRAIN = "train"
    EVAL = "eval"
    END = "end"  # averages of the run
    SUMMARY = "summary"  # paths and the best metric; also written after a failure


def parse_line(line: bytes | str) -> Record | None:
    """The record of one complete line; nothing for a line that is not a JSON object.

    Whatever JSON, Redis or a client could not hold is cut: what is no number (NaN, Infinity) or too large a one and
    what is nested too deep becomes None, half a surrogate a question mark, and of a record of many bytes only the
    short values stay.
    """
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):  # also bytes that are not UTF-8, and digits without end
        return None
    if not isinstance(value, dict):
        return None
    record = _safe({key: kept for key, kept in value.items() if key not in NOT_KEPT}, DEPTH_MAX)
    return record if len(json.dumps(record)) <= RECORD_MAX_BYTES else _short_values(record)


def parse_beginning(beginning: bytes) -> Record | None:
    """The record of a summary whose history does not end within `beginning`; nothing for any other line."""
    found = HISTORY.search(beginning)
    return parse_line(beginning[: found.start()] + b"}") if found else None


def kind_of(record: Mapping[str, Any]) -> RecordKind:
    """Which of the four kinds of line this is."""
    if "last_model_checkpoint" in record:
        return RecordKind.SUMMARY
    if "train_runtime" in record:
        return RecordKind.END
    if "loss" not in record and any(key.startswith("eval_") for key in record):
        return RecordKind.EVAL
    return RecordKind.TRAIN


def _safe(value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        return {_safe(key, 0): _safe(kept, depth - 1) for key, kept in value.items()} if depth else None
    if isinstance(value, list):
        return [_safe(kept, depth - 1) for kept in value] if depth else None
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return value if _is_tellable(value) else None


def _is_tellable(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or abs(value) < INTEGER_MAX


def _short_values(record: Record) -> Record:
    short = {
        key: value
        for key, value in record.items()
        if len(key) <= TEXT_MAX_CHARACTERS
        and not isinstance(value, dict | list)
        and len(str(value)) <= TEXT_MAX_CHARACTERS
    }
    return dict(list(short.items())[:VALUES_MAX])
