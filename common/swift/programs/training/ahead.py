"""Rows of a stream that are left out where it is read, while those beside them lie in a buffer to be shuffled."""

from collections import deque

from .ledger import UNKNOWN, Note


class Ahead:
    """They count as passed in the measure in which those that were kept go on: with the last of these, all of them."""

    def __init__(self) -> None:
        self.found = 0
        self._numbers: set[int] = set()
        self._waiting: deque[Note] = deque()

    def add(self, note: Note) -> None:
        """One of them; a stream is read again, for its features and behind its end."""
        number = note[0]
        if number in self._numbers:
            return
        if number != UNKNOWN:
            self._numbers.add(number)
        self.found += 1
        self._waiting.append(note)

    def passing(self, went_on: int, kept: int) -> list[Note]:
        """Those that pass now that so many of the kept rows went on; each is told once."""
        passed = self.found if went_on >= kept else self.found * went_on // kept
        return [self._waiting.popleft() for _ in range(passed - (self.found - len(self._waiting)))]
