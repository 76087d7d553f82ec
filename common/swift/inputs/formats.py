"""Formats of data sets: what each training method needs in a record. ms-swift drops a record that lacks it, without
ending, or ends after the GPU was taken; here the record is named instead.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from common.swift.options.methods import PAIR_METHODS
from common.truncated import truncated

# A sentence on what is wrong with one record, or nothing.
Judge = Callable[[Mapping[str, object]], str]

# Everything of the second, worse answer: its text, its messages, its images.
REJECTED = "rejected_"
# With these tasks a model learns labels or vectors, not replies.
REPLY_TASKS = frozenset({"", "causal_lm"})
MESSAGES = ("messages", "conversations", "conversation", "rejected_messages")
REPLIES = frozenset({"assistant", "gpt", "bot"})
ROLES = REPLIES | {
    "user", "human", "system", "tool", "tool_call", "tool_response", "function_call",
    "function_response", "observation", "observations",
}  # fmt: skip
SHOWN_CHARACTERS = 60
CSV_VALUES = {"true": True, "false": False, "0": 0, "1": 1, "": None}


def accept(_record: Mapping[str, object]) -> str:
    """The judge that finds no fault."""
    return ""


def judge_for(method: str, extra_args: Mapping[str, Any]) -> Judge:
    """What a record must have for this method; columns count under the names that the option `columns` gives them."""
    names = {old.lower(): new for old, new in renamed_columns(extra_args).items()}
    rule = _rule(method, extra_args)

    def judge(record: Mapping[str, object]) -> str:
        lowered = {names.get(name.lower(), name.lower()): value for name, value in record.items()}
        return _messages_fault(lowered) or rule(lowered)

    return judge


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


def _rule(method: str, extra_args: Mapping[str, Any]) -> Judge:
    if method in PAIR_METHODS:
        return lambda record: _pair_fault(method, record)
    if method == "kto":
        return _label_fault
    if method == "gkd" and not (extra_args.get("teacher_model") or extra_args.get("teacher_model_server")):
        return _teacher_fault
    if method == "sft" and str(extra_args.get("task_type") or "") in REPLY_TASKS:
        return _reply_fault
    return accept


def _pair_fault(method: str, record: Mapping[str, object]) -> str:
    if not any(name.startswith(REJECTED) and value not in (None, "", []) for name, value in record.items()):
        return (
            f"{method} compares two answers and needs a column rejected_response or rejected_messages with the worse "
            f"one{_renaming(record, 'rejected', 'rejected_response')}"
        )
    worse = record.get("rejected_response")
    if isinstance(worse, str) and worse == _reply(record):
        return "column rejected_response is the same as the better answer; there is nothing to compare"
    return ""


def _label_fault(record: Mapping[str, object]) -> str:
    label = record.get("label")
    if label is None:
        return "kto needs a column label: true for an answer that is wanted, false for one that is not"
    return "" if label in (True, False) else f"column label is {_shown(label)}; kto needs true or false, without quotes"


def _teacher_fault(record: Mapping[str, object]) -> str:
    if record.get("teacher_prompt"):
        return ""
    return (
        "gkd learns from a teacher: give extra_args.teacher_model, or a column teacher_prompt with what the model as "
        "its own teacher is to know"
    )


def _reply_fault(record: Mapping[str, object]) -> str:
    messages = record.get("messages")
    if not isinstance(messages, list) or not messages:
        return ""
    roles = [message.get("role", message.get("from")) for message in messages]
    if any(role in REPLIES for role in roles) or None in roles:
        return ""
    return "column messages has no assistant turn, so there is no answer to learn"


def _messages_fault(record: Mapping[str, object]) -> str:
    for name in MESSAGES:
        messages = record.get(name)
        for number, message in enumerate(messages if isinstance(messages, list) else [], start=1):
            if not isinstance(message, dict):
                return f"column {name}, message {number}: {_shown(message)} is not an object with role and content"
            role = message.get("role", message.get("from"))
            if role is not None and str(role).replace("-", "_") not in ROLES:
                return f"column {name}, message {number}: unknown role {_shown(role)}; use user, assistant or system"
    return ""


def _reply(record: Mapping[str, object]) -> object:
    messages = record.get("messages")
    if isinstance(messages, list) and messages and isinstance(messages[-1], dict):
        return messages[-1].get("content")
    return record.get("response")


def _renaming(record: Mapping[str, object], column: str, wanted: str) -> str:
    if column not in record:
        return ""
    return f'; to use its column {column}, send extra_args.columns {{"{column}": "{wanted}"}}'


def _shown(value: object) -> str:
    return truncated(repr(value), SHOWN_CHARACTERS)
