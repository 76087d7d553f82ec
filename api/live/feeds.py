"""Feeds, of which streams consist: the logs, the events or the progress of a job, each read on from a position.

A position is the id of the last frame a client has, so a resumed stream misses and repeats nothing.
"""

import re
from typing import Protocol

from api.live.frames import Frame
from api.live.log_frames import log_frames
from api.views.progress import progress_view
from common.clock import iso
from common.store import Store
from common.store.job_record import dump_progress
from common.store.pulses import Pulse, mark_of

EVENTS_AT_ONCE = 500
_LOG_POSITION = re.compile(r"([1-9][0-9]{0,8}):(0|[1-9][0-9]{0,15})", re.ASCII)
_EVENT_POSITION = re.compile(r"(0|[1-9][0-9]{0,15})-(0|[1-9][0-9]{0,15})", re.ASCII)
_PROGRESS_POSITION = re.compile(r"[0-9]{1,15}(\.[0-9a-f]{8})?", re.ASCII)

START_OF_EVENTS = "0-0"


class Feed(Protocol):
    """One kind of stream. Without state: positions and pulses come from outside."""

    name: str

    def is_position(self, text: str) -> bool:
        """Whether a client may go on from there."""

    def is_behind(self, position: str, pulse: Pulse) -> bool:
        """Whether there is more than a client at that position has."""

    def read(self, store: Store, job_id: str, position: str, pulse: Pulse) -> list[Frame]:
        """The next frames; their ids are the positions behind them."""


class LogFeed:
    """`<attempt>:<offset>`: all bytes of an attempt's log, then those of the next attempt."""

    name = "logs"

    def is_position(self, text: str) -> bool:
        return _LOG_POSITION.fullmatch(text) is not None

    def is_behind(self, position: str, pulse: Pulse) -> bool:
        attempt, offset = log_position(position)
        return pulse.attempt > attempt or (pulse.attempt == attempt and pulse.log_end > offset)

    def read(self, store: Store, job_id: str, position: str, pulse: Pulse) -> list[Frame]:
        attempt, offset = log_position(position)
        is_over = pulse.attempt > attempt or pulse.is_final
        run = store.logs.run(job_id, attempt, offset)
        frames = log_frames(attempt, run, is_over=is_over)
        if not frames and pulse.attempt > attempt and run.stop >= run.end:
            return [Frame(f"{attempt + 1}:0", "attempt", {"attempt": attempt + 1})]
        return frames


class EventFeed:
    """The id of an event: those that came after it."""

    name = "events"

    def is_position(self, text: str) -> bool:
        return _EVENT_POSITION.fullmatch(text) is not None

    def is_behind(self, position: str, pulse: Pulse) -> bool:
        return _event_order(pulse.last_event_id or START_OF_EVENTS) > _event_order(position)

    def read(self, store: Store, job_id: str, position: str, pulse: Pulse) -> list[Frame]:
        return [
            Frame(
                event.id,
                "event",
                {
                    "id": event.id,
                    "type": event.type,
                    "message": event.message,
                    "timestamp": iso(event.at),
                    "attempt": event.attempt,
                },
            )
            for event in store.events.after(job_id, position, EVENTS_AT_ONCE)
        ]


class ProgressFeed:
    """The mark of a record: only the newest numbers count, so what came between is not sent again."""

    name = "progress"

    def is_position(self, text: str) -> bool:
        return _PROGRESS_POSITION.fullmatch(text) is not None

    def is_behind(self, position: str, pulse: Pulse) -> bool:
        return position != pulse.mark

    def read(self, store: Store, job_id: str, position: str, pulse: Pulse) -> list[Frame]:
        job = store.jobs.get(job_id)
        mark = mark_of(job.revision, dump_progress(job.progress) if job.progress else "")
        return [Frame(mark, "progress", progress_view(job))]


def log_position(text: str) -> tuple[int, int]:
    """The attempt and the offset."""
    attempt, _, offset = text.partition(":")
    return int(attempt), int(offset)


def _event_order(event_id: str) -> tuple[int, int]:
    milliseconds, _, number = event_id.partition("-")
    return int(milliseconds), int(number)
