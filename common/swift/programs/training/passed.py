"""The rows of a stream that passed already, at a bit each: a stream is read on and on, and has no length."""

from collections import defaultdict
from collections.abc import Iterable

from .ledger import UNKNOWN
from .row_numbers import place_of


class Passed:
    """By data set, a bit for each of its rows."""

    def __init__(self) -> None:
        self._bits: defaultdict[int, bytearray] = defaultdict(bytearray)

    def add(self, numbers: Iterable[int]) -> int:
        """How many of them are new; those without a place are."""
        return sum(map(self._is_new, numbers))

    def _is_new(self, number: int) -> bool:
        if number == UNKNOWN:
            return True
        source, row = place_of(number)
        (at, bit), bits = divmod(row, 8), self._bits[source]
        bits.extend(bytes(max(0, at + 1 - len(bits))))
        is_new = not bits[at] & 1 << bit
        bits[at] |= 1 << bit
        return is_new
