"""Formats of data sets: what each training method needs in a record. ms-swift drops a record that lacks it, without
ending, or ends after the GPU was taken; here the record is named instead.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from common.swift.data.shapes import Shapes, goal_of

# A sentence on what is wrong with one record, or nothing.
Judge = Callable[[Mapping[str, object]], str]

MESSAGES = ("messages", "conversations", "conversation", "rejected_messages")
CSV_VALUES = {"true": True, "false": False, "0": 0, "1": 1, "": None}


def accept(_record: Mapping[str, object]) -> str:
    """The judge that finds no fault."""
    return ""


def judge_for(method: str, extra_args: Mapping[str, Any]) -> Judge:
    """What a record must have for this method; columns count under the names that the option `columns` gives them."""
    return shapes_for(method, extra_args).fault


def shapes_for(method: str, extra_args: Mapping[str, Any]) -> Shapes:
    """What the records of such a training are taken for."""
    return Shapes(goal_of(method, extra_args), renamed_columns(extra_args))


def renamed_columns(extra_args: Mapping[str, Any]) -> dict[str, str]:
    """What the option `columns` renames, given as an object or as JSON text."""
    columns: Any = extra_args.get("columns")
    if isinstance(columns, str):
        try:
            columns = json.loads(columns)
        except (ValueError, RecursionError):
            return {}
    return {str(old): str(new) for old, new in columns.items()} if isinstance(columns, dict) else {}


def typed(text: str) -> object:
    """A field of a CSV file as `datasets` reads it, as far as the rules here ask."""
    return CSV_VALUES.get(text.strip().lower(), text)
