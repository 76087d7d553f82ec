"""A duty in the background: what it is called, how often it is due, and how a small step of it is done."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Duty:
    """`do(limit)` looks at so many things at most and says at how many: with fewer it is through until it is due again.

    A step can be cut off anywhere, and done again, also by two processes at once.
    """

    name: str
    interval_seconds: float
    do: Callable[[int], int]
