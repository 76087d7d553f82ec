"""Seats for clients that wait: each costs memory, and its share of the reader's time."""

import threading
from collections.abc import Callable


class Seats:
    """At most `size` at a time, of all kinds together."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._lock = threading.Lock()
        self._taken: dict[str, int] = {}
        # Told the kind and its new number, inside the lock: it has to be quick.
        self.on_change: Callable[[str, int], None] = lambda _kind, _count: None

    def take(self, kind: str) -> Callable[[], None] | None:
        """A seat, as the function that gives it back (more than once is fine), or None when all are taken."""
        with self._lock:
            if sum(self._taken.values()) >= self.size:
                return None
            self._change(kind, 1)
        given_back = threading.Lock()

        def give_back() -> None:
            if given_back.acquire(blocking=False):
                with self._lock:
                    self._change(kind, -1)

        return give_back

    def taken(self, kind: str) -> int:
        """How many of that kind there are now."""
        with self._lock:
            return self._taken.get(kind, 0)

    def _change(self, kind: str, by: int) -> None:
        self._taken[kind] = self._taken.get(kind, 0) + by
        self.on_change(kind, self._taken[kind])
