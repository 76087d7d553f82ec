"""Read a job's log by byte offset: each byte once, across attempts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from swift_trainer.sdk.shapes import LogPage
from swift_trainer.sdk.transport import Clock, Look
from swift_trainer.sdk.waiting import pause


@dataclass(frozen=True, slots=True)
class LogPosition:
    """How far a log was read: the next byte of an attempt's log (attempt None before anything was read)."""

    offset: int = 0
    attempt: int | None = None
    ended: bool = False


START_OF_LOG = LogPosition()


def read_page(fetch: Callable[[int], Look], position: LogPosition) -> tuple[Look, LogPosition]:
    """The next page and the position behind it. A new attempt has a log of its own, which is read from its start."""
    seen = fetch(position.offset)
    if position.offset and _is_other_attempt(seen.view, position):
        seen = fetch(0)
    page = seen.view
    return seen, LogPosition(page["next_offset"], page.get("attempt"), bool(page.get("end")))


def follow_pages(
    read: Callable[[LogPosition], tuple[Look, LogPosition]],
    clock: Clock,
    poll: float,
    position: LogPosition,
    goes_on: Callable[[], bool],
) -> Iterator[LogPage]:
    """Yield pages that have something to say, as they come, until the log of a final job is read to its end.

    After one that says nothing, `poll` seconds from asking for it have to be over before the next is asked for.
    """
    while not position.ended and goes_on():
        asked = clock.now()
        seen, after = read(position)
        if seen.view.get("text") or after.offset > position.offset:
            yield seen.view
        elif not after.ended:
            clock.sleep(pause(seen, poll - (clock.now() - asked)))
        position = after


def _is_other_attempt(page: LogPage, position: LogPosition) -> bool:
    return position.attempt is not None and page.get("attempt") not in (None, position.attempt)
