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
        asked = unread.asked

        def listen(ring: Ring) -> Callable[[], None]:
            services().readings.read(asked, ring)
            return lambda: None  # others may ask for the same

        until_news(listen, READ_SECONDS, about=asked.path)
        return call()
