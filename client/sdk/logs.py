"""Read a job's log by byte offset: each byte once, across attempts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from client.sdk.clock import Clock
from client.sdk.shapes import LogPage


@dataclass(frozen=True, slots=True)
class LogPosition:
    """How far a log was read: the next byte of an attempt's log (attempt None before anything was read)."""

    offset: int = 0
    attempt: int | None = None
    ended: bool = False


START_OF_LOG = LogPosition()


def read_page(fetch: Callable[[int], LogPage], position: LogPosition) -> tuple[LogPage, LogPosition]:
    """The next page and the position behind it. A new attempt has a log of its own, which is read from its start."""
    page = fetch(position.offset)
    if position.offset and _is_other_attempt(page, position):
        page = fetch(0)
    return page, LogPosition(page["next_offset"], page.get("attempt"), bool(page.get("end")))


def follow_pages(
    read: Callable[[LogPosition], tuple[LogPage, LogPosition]], clock: Clock, poll: float, position: LogPosition
) -> Iterator[LogPage]:
    """Yield pages that have something to say, as they come, until the log of a final job is read to its end."""
    while not position.ended:
        page, after = read(position)
        if page.get("text") or after.offset > position.offset:
            yield page
        elif not after.ended:
            clock.sleep(poll)
        position = after


def _is_other_attempt(page: LogPage, position: LogPosition) -> bool:
    return position.attempt is not None and page.get("attempt") not in (None, position.attempt)
