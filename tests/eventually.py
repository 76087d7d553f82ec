"""Waits for what another process does in its own time."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

# Long, because several tests may share the cores; what cannot come any more is told at once.
PATIENCE_SECONDS = 90.0


class NeverHappened(AssertionError):
    """What a test waited for did not come; the message shows the last view."""


def eventually(
    look: Callable[[], T], wanted: Callable[[T], Any], timeout: float = PATIENCE_SECONDS, what: str = ""
) -> T:
    """Look until `wanted` is true of what is seen; fails with the last view."""
    deadline = time.monotonic() + timeout
    while True:
        seen = look()
        if wanted(seen):
            return seen
        if time.monotonic() >= deadline:
            raise NeverHappened(f"{what or 'it'} did not come within {timeout} s; last seen: {seen}")
        time.sleep(0.05)
