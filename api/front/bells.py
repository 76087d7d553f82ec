"""Bells: wakes who waits on the event loop, from any thread, with one call into the loop for all that ring together."""

import asyncio
import threading
from collections.abc import Callable
from functools import partial


class Bells:
    """Those of one event loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rung: set[asyncio.Event] = set()
        self._hung: set[asyncio.Event] = set()
        self.is_over = False

    def hang(self, event: asyncio.Event) -> Callable[[], None]:
        """What rings it, until it is taken down."""
        self._hung.add(event)
        if self.is_over:
            event.set()
        return partial(self._ring, asyncio.get_running_loop(), event)

    def take_down(self, event: asyncio.Event) -> None:
        self._hung.discard(event)

    def ring_all_for_ever(self) -> None:
        """The server ends: nobody waits from now on."""
        self.is_over = True
        for event in self._hung:
            event.set()

    def _ring(self, loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
        with self._lock:
            is_first = not self._rung
            self._rung.add(event)
        if is_first:
            loop.call_soon_threadsafe(self._set_all)

    def _set_all(self) -> None:
        with self._lock:
            rung, self._rung = self._rung, set()
        for event in rung:
            event.set()
