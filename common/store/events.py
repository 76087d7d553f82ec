"""A job's events: reading what happened to it."""

from dataclasses import dataclass
from datetime import datetime

from common.clock import from_ms
from common.store import keys
from common.store.connection import RedisClient, translated_errors


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a job's story. `id` grows, and is where a reader may go on."""

    id: str
    type: str
    message: str
    at: datetime
    attempt: int


@dataclass(frozen=True, slots=True)
class EventStore:
    """The events of jobs."""

    client: RedisClient

    def newest(self, job_id: str, limit: int) -> tuple[list[Event], int]:
        """The last `limit` events, oldest first, and how many there are in all."""
        with translated_errors():
            found = self.client.xrevrange(keys.of(job_id).events, count=limit)
            total = int(self.client.xlen(keys.of(job_id).events))
        return [_event(*entry) for entry in reversed(found)], total

    def after(self, job_id: str, event_id: str, limit: int) -> list[Event]:
        """The first `limit` events after that one, oldest first."""
        with translated_errors():
            found = self.client.xrange(keys.of(job_id).events, min=f"({event_id}", count=limit)
        return [_event(*entry) for entry in found]

    def before(self, job_id: str, event_id: str, limit: int) -> list[Event]:
        """The last `limit` events before that one, oldest first."""
        with translated_errors():
            found = self.client.xrevrange(keys.of(job_id).events, max=f"({event_id}", count=limit)
        return [_event(*entry) for entry in reversed(found)]


def _event(entry_id: str, fields: dict[str, str]) -> Event:
    return Event(
        id=entry_id,
        type=fields["type"],
        message=fields.get("message", ""),
        at=from_ms(int(fields["at_ms"])),
        attempt=int(fields.get("attempt", 0)),
    )
