"""Thoughts (reasoning): what a model writes between `<think>` and `</think>` in front of its answer, told apart from
it as `reasoning_content`, the name that DeepSeek's API gave it and others took over.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from enum import Enum, auto

from ..ask import Piece
from ..overlap import overlap

BEGIN, END = "<think>", "</think>"


class _State(Enum):
    OPEN = auto()  # it may begin with a thought
    THINKING = auto()
    THOUGHT = auto()  # what follows is the answer, but for the space in front of it
    ANSWERING = auto()


class Thoughts:
    """Of one choice."""

    def __init__(self) -> None:
        self._state = _State.OPEN
        self._held = ""

    def hear(self, text: str, *, is_last: bool) -> tuple[str, str]:
        """What is thought and what is answered, of this and of what was held back."""
        self._held += text
        if self._state is _State.OPEN:
            self._open(is_last=is_last)
        thought = self._think(is_last=is_last) if self._state is _State.THINKING else ""
        if self._state is _State.THOUGHT:
            self._held = self._held.lstrip()
            if self._held:
                self._state = _State.ANSWERING
        answer = ""
        if self._state is _State.ANSWERING:
            answer, self._held = self._held, ""
        return thought, answer

    def _open(self, *, is_last: bool) -> None:
        begun = self._held.lstrip()
        if begun.startswith(BEGIN):
            self._state, self._held = _State.THINKING, begun.removeprefix(BEGIN)
        elif is_last or not BEGIN.startswith(begun):
            self._state = _State.ANSWERING

    def _think(self, *, is_last: bool) -> str:
        thought, mark, rest = self._held.partition(END)
        if mark:
            self._state, self._held = _State.THOUGHT, rest
            return thought
        kept = 0 if is_last else overlap(self._held, END)
        thought, self._held = self._held[: len(self._held) - kept], self._held[len(self._held) - kept :]
        return thought


async def told_apart(pieces: AsyncGenerator[Piece, None]) -> AsyncGenerator[Piece, None]:
    """The pieces, with thoughts as such; closing this closes them."""
    by_choice: dict[int, Thoughts] = {}
    async with aclosing(pieces):
        async for piece in pieces:
            thoughts = by_choice.setdefault(piece.index, Thoughts())
            thought, answer = thoughts.hear(piece.text, is_last=piece.finish is not None)
            yield replace(piece, text=answer, reasoning=piece.reasoning + thought)
