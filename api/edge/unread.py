"""Requests that have to wait until a large data set was read: they hold no thread meanwhile."""

from collections.abc import Callable
from typing import TypeVar

from api.edge.services import services
from api.front.waiting import Ring, until_news
from api.services.checks.readings import READ_SECONDS, DataUnread, unless_unread

T = TypeVar("T")


def when_read(call: Callable[[], T]) -> T:
    """What `call` returns, once the large data sets that it asks about were read; what takes too long it samples."""
    try:
        return unless_unread(call)
    except DataUnread as unread:
        # Here, where the request is: what listens runs on the asynchronous side.
        readings, asked, mark = services().readings, unread.asked, unread.asked.mark()

        def listen(ring: Ring) -> Callable[[], None]:
            readings.read(asked, mark, ring)
            return lambda: None  # others may ask for the same

        until_news(listen, READ_SECONDS, about=asked.path)
        return call()
