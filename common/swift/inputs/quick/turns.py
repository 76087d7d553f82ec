"""What is looked at in conversations of plain rows: whose turns they are, and which of them say nothing."""

from collections.abc import Callable
from itertools import chain
from operator import attrgetter
from typing import Any

import msgspec

from common.swift.data.shapes import CALLS, USER
from common.swift.inputs.quick.row_types import FLAGS, ROLES, TEXTS, Field, NotPlain

# Stands in the outline of a row that has to be judged whatever it looks like.
DOUBT = "doubt"


class _Call(msgspec.Struct, gc=False):
    """A call of a tool as it is written out in a turn of its own."""

    name: str
    arguments: dict[str, Any]


CALL = msgspec.json.Decoder(_Call)


class Turns:
    """The conversations in one column. `is_read` says that calls of tools have to be such."""

    def __init__(self, field: Field, is_read: bool) -> None:
        if field.inner is None:
            raise NotPlain
        self.get = field.get
        role, said = field.inner.field(ROLES), field.inner.field(TEXTS)
        flags = [other.attribute for other in field.inner.fields if other.name in FLAGS]
        self.role, self.text = role.get, said.get
        self._who: Callable[[Any], Any] = attrgetter(role.attribute, *flags)
        self._calls = is_read and any(name in CALLS for name in role.values)

    def outlines(self, dialogues: list[list[Any]]) -> list[Any]:
        """Of each conversation whose turns follow one another, and which of them are empty where one is."""
        roles = self._roles(dialogues)
        turns = list(chain.from_iterable(dialogues))
        texts = list(map(self.text, turns))
        if all(texts) and not any(map(str.isspace, texts)) and self._are_calls(turns, texts):
            return roles
        return [
            who if all(state is True for state in states) else DOUBT if DOUBT in states else (*who, states)
            for who, states in zip(roles, map(self._states, dialogues), strict=True)
        ]

    def _are_calls(self, turns: list[Any], texts: list[str]) -> bool:
        """Whether what is said in the turns that call tools can be read as calls."""
        if not self._calls:
            return True
        return all(_is_call(text) for role, text in zip(map(self.role, turns), texts, strict=True) if role in CALLS)

    def _roles(self, dialogues: list[list[Any]]) -> list[Any]:
        who = map(self._who, chain.from_iterable(dialogues))
        lengths = set(map(len, dialogues))
        if len(lengths) == 1 and (length := lengths.pop()):  # the usual, and then quicker than a tuple of each
            return list(zip(*[who] * length, strict=True))
        return [tuple(map(self._who, turns)) for turns in dialogues]

    def _states(self, turns: list[Any]) -> tuple[Any, ...]:
        return tuple(self._state(turn) for turn in turns)

    def _state(self, turn: Any) -> Any:
        text: str = self.text(turn)
        if self._calls and self.role(turn) in CALLS:
            return True if _is_call(text) else DOUBT
        return True if text and not text.isspace() else text and " "

    def asked(self, turns: list[Any]) -> str | None:
        """The first question."""
        return next((self.text(turn) for turn in turns if self.role(turn) in USER), None)


def ends_apart(better: Turns | None, worse: Turns | None) -> Callable[[Any, Any], Any]:
    """What tells two answers that end differently and have one question: texts, or conversations where there are Turns.

    Where both are conversations the question is in both or in none of them.
    """
    if better is None and worse is None:
        return lambda good, bad: True if good != bad else DOUBT
    if better is None:
        return lambda _good, _bad: DOUBT
    if worse is None:
        return lambda good, bad: True if good and better.text(good[-1]) != bad else DOUBT

    def apart(good: list[Any], bad: list[Any]) -> Any:
        if not good or not bad or better.text(good[-1]) == worse.text(bad[-1]):
            return DOUBT
        return True if better.asked(good) == worse.asked(bad) else DOUBT

    return apart


def _is_call(text: str) -> bool:
    try:
        return bool(CALL.decode(text).name)
    except (msgspec.MsgspecError, ValueError):
        return False
