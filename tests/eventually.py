"""Waits for what another process does in its own time."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

# Long, because several tests may share the cores; what cannot come any more is told at once.
PATIENCE_SECONDS = 90.0

# A look often asks a process that has something better to do. After a long wait another moment is nothing.
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.02, 0.1
PAUSES_PER_WAIT = 20


class NeverHappened(AssertionError):
    """What a test waited for did not come; the message shows the last view."""


def eventually(
    look: Callable[[], T], wanted: Callable[[T], Any], timeout: float = PATIENCE_SECONDS, what: str = ""
) -> T:
    """Look until `wanted` is true of what is seen, less often the longer it takes; fails with the last view."""
    began = time.monotonic()
    deadline = began + timeout
    while True:
        seen = look()
        if wanted(seen):
            return seen
        if time.monotonic() >= deadline:
            raise NeverHappened(f"{what or 'it'} did not come within {timeout} s; last seen: {seen}")
        pause = (time.monotonic() - began) / PAUSES_PER_WAIT
        time.sleep(min(max(pause, SHORTEST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS))
