"""Records with a text and the class that it belongs to."""

from typing import Any

from .columns import ANSWERS, LISTS, WEAK_ANSWERS, Columns, Record
from .goals import Goal
from .plans import Plan, beside
from .prompts import prompt_of
from .texts import parsed
from .unfit import Empty, Unfit, listed, shown

LABELS = ("label", "labels")
TEXTS = ("sentence", "review", *WEAK_ANSWERS)


def plan_of(columns: Columns, goal: Goal) -> Plan:
    """How such records are read. Raises Unfit when the class or the text is missing."""
    label = columns.first(LABELS)
    if not label:
        raise Unfit("a classifier needs a column label with the number of the class, from 0 on")
    prompt = prompt_of(columns)
    if not prompt.used:
        prompt = prompt_of(columns, TEXTS)
    if not prompt.used:
        raise Unfit("a classifier needs a column query (or text) with the text that belongs to the class")
    used = (*prompt.history, *prompt.system, *prompt.used, label)
    also = columns.own(ANSWERS)[:1] if not columns.first(LISTS) else ()

    def read(record: Record) -> dict[str, Any]:
        turns = prompt.read(record)
        if not turns:
            raise Empty(f"column {prompt.used[0]} is empty; there is nothing to classify")
        if also and isinstance(record[also[0]], str) and record[also[0]]:
            turns = [*turns, {"role": "assistant", "content": record[also[0]]}]
        return beside(record, (*used, *also)) | {"messages": turns, "label": _label(record[label], label, goal)}

    return Plan(read, (*used, *also), says=f"{listed((*prompt.used, *also))} is the text, {label} its class")


def _label(value: object, column: str, goal: Goal) -> object:
    if isinstance(value, str):
        value = parsed(value)
    if not goal.numbered:
        return value
    if not isinstance(value, (bool, int)) and not (isinstance(value, float) and value.is_integer()):
        raise Unfit(f"column {column} is {shown(value)}; classes are whole numbers, from 0 on")
    if value < 0:
        raise Unfit(f"column {column} is {value}; classes are whole numbers, from 0 on")
    if goal.classes and value >= goal.classes:
        raise Unfit(
            f"column {column} is {value}; classes are whole numbers from 0 to {goal.classes - 1}, as num_labels says"
        )
    return int(value)
