"""Celery tasks whose jobs have ended: left by the script that ended them, until Celery's results are known to agree."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from common.states import JobState
from common.store import keys
from common.store.connection import RedisClient, translated_errors

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class EndedTask:
    """How a job ended, under the Celery task that it had then. `node` is empty when it was never placed."""

    entry_id: str
    task_id: str
    job_id: str
    node: str
    attempt: int
    state: JobState
    reason: str
    message: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class EndedTaskStore:
    """Oldest first."""

    client: RedisClient

    def before(self, at_ms: int) -> list[EndedTask]:
        """Those that ended before that moment."""
        return list(takewhile(lambda task: task.at_ms < at_ms, self._all()))

    def forget(self, entry_ids: Sequence[str]) -> None:
        if entry_ids:
            with translated_errors():
                self.client.xdel(keys.TASKS_ENDED, *entry_ids)

    def _all(self) -> Iterator[EndedTask]:
        start = "-"
        while True:
            with translated_errors():
                found = self.client.xrange(keys.TASKS_ENDED, min=start, count=_PAGE)
            yield from (_task(entry_id, fields) for entry_id, fields in found)
            if len(found) < _PAGE:
                return
            start = f"({found[-1][0]}"


def _task(entry_id: str, fields: dict[str, str]) -> EndedTask:
    return EndedTask(
        entry_id=entry_id,
        task_id=fields["task_id"],
        job_id=fields["job_id"],
        node=fields["node"],
        attempt=int(fields["attempt"]),
        state=JobState(fields["state"]),
        reason=fields["reason"],
        message=fields["message"],
        at_ms=int(fields["at_ms"]),
    )
