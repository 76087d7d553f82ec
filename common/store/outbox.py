"""The outbox: every arrow that a job or a deployment took, in order, for whoever has to learn of it afterwards.

It is written by the part of Lua that moves a state, in the same step. It is bounded: who reads it is behind by seconds.
Each reader has a name, under which the last entry is remembered that it is done with, so that it goes on there after a
crash. It is told everything that the stream still holds, once or more often.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from common.states import FINAL, JobState
from common.store import keys
from common.store.connection import RedisClient, translated_errors

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Transition:
    """One arrow. `type` is the event's (a verb, or `recovered`); `origin` is None of a job that was new to the store.

    `task_id` and `node` are those it had then; `node` is empty while it waits. `message` is the event's, and of an end
    the record's.
    """

    entry_id: str
    job_id: str
    task_id: str
    type: str
    origin: JobState | None
    target: JobState
    attempt: int
    node: str
    reason: str
    message: str
    at_ms: int

    @property
    def is_end(self) -> bool:
        return self.target in FINAL


@dataclass(frozen=True, slots=True)
class OutboxStore:
    """Oldest first."""

    client: RedisClient

    def unread(self, reader: str) -> Iterator[Transition]:
        """What lies behind the last entry that this reader was done with; everything that is kept for a new one."""
        with translated_errors():
            done = self.client.hget(keys.TRANSITIONS_READ, reader)
        while True:
            with translated_errors():
                found = self.client.xrange(keys.TRANSITIONS, min=f"({done}" if done else "-", count=_PAGE)
            yield from (_transition(entry_id, fields) for entry_id, fields in found)
            if len(found) < _PAGE:
                return
            done = found[-1][0]

    def done_with(self, reader: str, entry_id: str) -> None:
        """This reader needs that entry, and all before it, no more. Two that do the same may set it back: no harm."""
        with translated_errors():
            self.client.hset(keys.TRANSITIONS_READ, reader, entry_id)


def _transition(entry_id: str, fields: dict[str, str]) -> Transition:
    return Transition(
        entry_id=entry_id,
        job_id=fields["job_id"],
        task_id=fields["task_id"],
        type=fields["type"],
        origin=JobState(fields["from"]) if fields["from"] else None,
        target=JobState(fields["to"]),
        attempt=int(fields["attempt"]),
        node=fields["node"],
        reason=fields["reason"],
        message=fields["message"],
        at_ms=int(fields["at_ms"]),
    )
