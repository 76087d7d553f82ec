"""Calls of functions in an answer: told apart from its text, in OpenAI's shape; in a stream, text that may begin a call
is held back until it is known.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from ..ask import Call, Engine
from ..overlap import half_mark, overlap
from .tools import Tools


class Listener:
    """Listens to one choice. Without tools every text passes as it comes. `has_stops`: texts of the request's may end
    it as well as the model.
    """

    def __init__(self, engine: Engine, tools: Tools, *, has_stops: bool = False) -> None:
        self._engine = engine
        self._tools = tools
        self._has_stops = has_stops
        self._mark = engine.call_mark() if tools.told else ""
        self._text = ""
        self._passed = 0

    def hear(self, text: str) -> str:
        """What may be passed on, of this and of what was held back."""
        self._text += text
        if not self._tools.told:
            return self._pass_up_to(len(self._text))
        if not self._mark:
            return ""  # how this model begins a call is not known
        begin = self._text.find(self._mark)
        if begin < 0:
            begin = len(self._text) - overlap(self._text, self._mark)
        return self._pass_up_to(_without_space_before(self._text, begin))

    @property
    def may_still_be_text(self) -> bool:
        """The beginning of a call, whose mark is known, was not heard yet."""
        return bool(self._mark) and self._mark not in self._text

    def end(self, finish: str) -> tuple[str, list[Call]]:
        """What is left of the text, and the calls; where there are calls, the text that is left is theirs. Half a call
        of an answer that was cut off is neither: its marks are no text, and its arguments no JSON.
        """
        calls = self._engine.calls_in(self._text, self._tools.told) if self._tools.told else []
        if not calls:
            return self._pass_up_to(self._end_of_text(finish)), []
        calls = [call for call in calls if call.name not in self._tools.barred]
        if self._tools.at_most_one:
            calls = calls[:1]
        if self._mark:
            begin = self._text.find(self._mark)
            return self._pass_up_to(_without_space_before(self._text, begin)) if begin > 0 else "", calls
        return "", calls

    def _end_of_text(self, finish: str) -> int:
        whole = len(self._text)
        if not self._tools.told or not (finish == "length" or self._has_stops):
            return whole
        begin = self._text.find(self._mark)
        while begin >= 0:
            if self._engine.is_half_call(self._text[begin:], self._tools.told):
                return _without_space_before(self._text, begin)
            begin = self._text.find(self._mark, begin + 1) if self._mark else -1
        half = half_mark(self._text, self._mark) if self._mark and finish == "length" else 0
        return _without_space_before(self._text, whole - half) if half else whole

    def _pass_up_to(self, end: int) -> str:
        text = self._text[self._passed : end]
        self._passed = max(self._passed, end)
        return text


def in_openais_shape(calls: Sequence[Call], *, indexed: bool = False) -> list[dict[str, Any]]:
    """With the ids that results refer to; `indexed` as parts of a stream."""
    told = [
        {
            "id": f"call_{uuid.uuid4().hex[:24]}",
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments},
        }
        for call in calls
    ]
    return [{"index": place} | call for place, call in enumerate(told)] if indexed else told


def _without_space_before(text: str, end: int) -> int:
    """Space in front of a call belongs to it."""
    return len(text[:end].rstrip())
