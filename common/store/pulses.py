"""Pulses: the few fields that tell whether something of a job is new, read for many jobs in two round trips."""

import zlib
from collections.abc import Collection
from dataclasses import dataclass

from common.states import FINAL, JobState
from common.store import keys
from common.store.connection import RedisClient, translated_errors

_FIELDS = ("state", "revision", "attempt", "progress", "reason", "message", "deleted_at_ms")


@dataclass(frozen=True, slots=True)
class Pulse:
    """A job at one moment. `log_end` is of the newest attempt; `last_event_id` is empty when there is none."""

    state: JobState
    revision: int
    attempt: int
    progress: str
    reason: str
    message: str
    log_end: int
    last_event_id: str

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    @property
    def mark(self) -> str:
        """Changes with each change of the record, progress included."""
        return mark_of(self.revision, self.progress)


@dataclass(frozen=True, slots=True)
class PulseStore:
    """Pulses of jobs."""

    client: RedisClient

    def read(self, job_ids: Collection[str]) -> dict[str, Pulse]:
        """The pulses of those jobs that exist.

        The state is read first: what is read behind the state of a final job is all there will ever be.
        """
        with translated_errors(), self.client.pipeline(transaction=False) as pipe:
            for job_id in job_ids:
                pipe.hmget(keys.of(job_id).record, *_FIELDS)
            found = {job_id: record for job_id, record in zip(job_ids, pipe.execute(), strict=True) if _is_seen(record)}
            for job_id, record in found.items():
                pipe.hget(keys.of(job_id).log(int(record[2] or 0)), "end")
                pipe.xrevrange(keys.of(job_id).events, count=1)
            ends = pipe.execute()
        pairs = zip(found.items(), ends[::2], ends[1::2], strict=True)
        return {job_id: _pulse(record, end, newest) for (job_id, record), end, newest in pairs}


def mark_of(revision: int, progress: str) -> str:
    """The revision, and a mark of the progress (as JSON), which changes without one."""
    return f"{revision}.{zlib.crc32(progress.encode()):08x}" if progress else str(revision)


def _is_seen(record: list[str | None]) -> bool:
    """Whether there is such a job, and its user did not delete it."""
    return bool(record[0]) and not record[-1]


def _pulse(record: list[str | None], log_end: str | None, newest: list[tuple[str, dict[str, str]]]) -> Pulse:
    state, revision, attempt, progress, reason, message, _ = record
    return Pulse(
        state=JobState(state or ""),
        revision=int(revision or 0),
        attempt=int(attempt or 0),
        progress=progress or "",
        reason=reason or "",
        message=message or "",
        log_end=int(log_end or 0),
        last_event_id=newest[0][0] if newest else "",
    )
