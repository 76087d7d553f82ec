"""Requests that have to wait until large data sets were read: they hold no thread meanwhile."""

import threading
from collections.abc import Callable
from typing import TypeVar

from api.edge.services import services
from api.front.waiting import Ring, until_news
from api.services.checks.readings import READ_SECONDS, DataUnread, unless_unread, worth_reading
from common.swift.inputs.asked_verdict import AskedVerdict

T = TypeVar("T")
# A request waits once, for all of its data sets.
ABOUT = "data"


def when_read(call: Callable[[], T]) -> T:
    """What `call` returns, once the large data sets that it asks about were read; what takes too long it samples."""
    try:
        return unless_unread(call)
    except DataUnread as unread:
        # Here, where the request is: what listens runs on the asynchronous side.
        readings, wanted = services().readings, _marked(unread)
        if not wanted:
            return call()

        def listen(ring: Ring) -> Callable[[], None]:
            last = _Last(len(wanted), ring)
            for mark, asked in wanted.items():
                readings.read(asked, mark, last)
            return lambda: None  # others may ask for the same

        until_news(listen, READ_SECONDS, about=ABOUT)
        return call()


def _marked(unread: DataUnread) -> dict[str, AskedVerdict]:
    """Each once. None where one is gone by now: the sample says so."""
    try:
        return {asked.mark(): asked for asked in worth_reading(unread.asked)}
    except OSError:
        return {}


class _Last:
    """Rings when it was called so many times."""

    def __init__(self, times: int, ring: Ring) -> None:
        self._left = times
        self._ring = ring
        self._lock = threading.Lock()

    def __call__(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left:
                return
        self._ring()
