"""Thoughts (reasoning): what a model writes between `<think>` and `</think>` in front of its answer."""

from enum import Enum, auto

from .overlap import overlap

BEGIN, END = "<think>", "</think>"


class _State(Enum):
    OPEN = auto()  # it may begin with a thought
    THINKING = auto()
    THOUGHT = auto()  # what follows is the answer, but for the space in front of it
    ANSWERING = auto()


class Thoughts:
    """Of one choice. `has_begun`: there is a thought, be it over or not."""

    def __init__(self) -> None:
        self.has_begun = False
        self._state = _State.OPEN
        self._held = ""

    @property
    def is_over(self) -> bool:
        """No thought may come any more."""
        return self._state in (_State.THOUGHT, _State.ANSWERING)

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
            self.has_begun = True
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
