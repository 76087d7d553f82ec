"""Answers of a record: the column that holds one, and its turns."""

from typing import Any, TypeGuard

from ..conversations.texts import text_of
from ..conversations.turns import OWN, Turn, has_answer, is_messages, turns_of
from ..unfit import Empty, Unfit
from .columns import ANSWERS, WEAK_ANSWERS, Columns, the_one


def answer_column(columns: Columns) -> str:
    """The record's own name of the column that holds the answer; empty when none does. Raises Unfit for two."""
    return strong_answer(columns) or columns.first(WEAK_ANSWERS)


def strong_answer(columns: Columns) -> str:
    """The same, of columns whose name says it."""
    if "instruction" in columns and "output" in columns:  # Alpaca: the other is a copy of the whole
        return columns.names["output"]
    return the_one(columns, ANSWERS, "response", "answer")


def answer_turns(value: object, column: str) -> list[Turn]:
    """The turns of an answer, which may have the prompt before it. Raises Unfit when it is empty or ends otherwise."""
    if is_messages(value):
        turns = turns_of(value, column)
    else:
        if are_answers(value):
            value = value[0]  # several of them: ms-swift takes the first
        text = text_of(value, column)
        turns = [{"role": "assistant", "content": text}] if text else []
    if turns and turns[-1]["role"] not in OWN:
        raise Unfit(f"column {column} does not end with a turn of the assistant, so there is no answer to learn")
    if not has_answer(turns[-1:]):
        raise Empty(f"column {column} is empty; there is no answer to learn")
    return turns


def are_answers(value: object) -> TypeGuard[list[Any]]:
    """Whether it is a list of texts, each of which is an answer by itself."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], str)
