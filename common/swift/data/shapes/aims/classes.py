"""Records with a text and the class that it belongs to."""

from typing import Any

from ..conversations.texts import parsed, text_of
from ..conversations.turns import Turn
from ..goals import Goal
from ..parts.columns import ANSWERS, LISTS, WEAK_ANSWERS, Columns, Record
from ..parts.prompts import Prompt, prompt_of
from ..plans import Plan, beside
from ..unfit import Empty, Unfit, listed, shown

LABELS = ("label", "labels")
# Where records have it under another name.
LIKELY = ("class", "sentiment", "category", "intent", "topic", "emotion", "stars", "target", "class_id", "label_id")
# Texts that are one question together.
BOTH = (
    ("sentence1", "sentence2"), ("premise", "hypothesis"), ("question1", "question2"), ("text1", "text2"),
    ("text_a", "text_b"), ("question", "sentence"), ("question", "passage"),
)  # fmt: skip
TEXTS = ("sentence", "review", *WEAK_ANSWERS)


def plan_of(columns: Columns, record: Record, goal: Goal) -> Plan:
    """How such records are read. Raises Unfit when the class or the text is missing."""
    label = columns.first(LABELS)
    if not label:
        raise Unfit(_no_label(columns, record))
    prompt = _of_both(columns) or prompt_of(columns)
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


def _of_both(columns: Columns) -> Prompt | None:
    """Two texts that belong to one class, one below the other."""
    both = next((both for both in BOTH if all(name in columns for name in both)), ())
    names = columns.own(both)

    def read(record: Record) -> list[Turn]:
        texts = [text for name in names if (text := text_of(record[name], name))]
        return [{"role": "user", "content": "\n".join(texts)}] if texts else []

    return Prompt(read, names) if names else None


def _no_label(columns: Columns, record: Record) -> str:
    told = "a classifier needs a column label with the number of the class, from 0 on"
    likely = columns.first(LIKELY)
    if not likely or not isinstance(record[likely], (int, str)):
        return told
    return f'{told}; if column {likely} has it, send extra_args.columns {{"{likely}": "label"}}'


def _label(value: object, column: str, goal: Goal) -> object:
    if isinstance(value, str):
        value = parsed(value)
    if not goal.numbered:
        return value
    if isinstance(value, str):
        raise Unfit(
            f"column {column} is {shown(value)}; classes are whole numbers, from 0 on: write the same number for each "
            "name, as in 0 for negative and 1 for positive"
        )
    if not isinstance(value, (bool, int)) and not (isinstance(value, float) and value.is_integer()):
        raise Unfit(f"column {column} is {shown(value)}; classes are whole numbers, from 0 on")
    if value < 0:
        raise Unfit(f"column {column} is {value}; classes are whole numbers, from 0 on")
    if goal.classes and value >= goal.classes:
        raise Unfit(
            f"column {column} is {value}; classes are whole numbers from 0 to {goal.classes - 1}, as num_labels says"
        )
    return int(value)
