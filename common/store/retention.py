"""Retention: forgetting what Redis holds of jobs that ended long ago, a bounded step at a time.

How long ago is measured by Redis's clock, again in each script: one that runs again by then loses nothing.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from common.errors import StoreFull
from common.jobs import Job
from common.store import keys
from common.store.connection import translated_errors
from common.store.job_record import is_deleted, is_whole, load_job
from common.store.outcomes import Outcome
from common.store.scripts import Scripts
from common.swift.inputs.sets.named import pinned_data

_GONE = "_total"
_LOOKED_AT = "looked_at_ms"


@dataclass(frozen=True, slots=True)
class RetentionStore:
    """Forgetting by age."""

    scripts: Scripts

    def submitted_after(self, sequence: int) -> list[Job]:
        """All jobs of all kinds with a higher number than that, whatever became of them."""
        found = [job_id for index in keys.INDEX.values() for job_id in self._newer(index, sequence)]
        with translated_errors(), self.scripts.client.pipeline(transaction=False) as pipe:
            for job_id in found:
                pipe.hgetall(keys.of(job_id).record)
            records = pipe.execute()
        return [load_job(record) for record in records if is_whole(record) and not is_deleted(record)]

    def last_sequence(self) -> int:
        """The number of the job that was submitted last."""
        return int(self._call("get", keys.JOBS_SEQUENCE) or 0)

    def forget(self, job: Job, least_ms: int) -> Outcome:
        """Forget a training or an export: OK, MISSING, NOT_FINAL, MOVED_ON or NEEDED (it is to be deployed yet)."""
        contents = sorted({dataset.file_name for _, dataset in pinned_data(job.spec)})
        of = keys.of(job.id)
        names = [of.record, of.index, of.by_state, keys.ENDED, keys.DEPLOYMENTS_AFTER, keys.PROJECTS]
        names += [keys.dataset_content_jobs(content) for content in contents]
        names += of.below(job.attempt)
        args = ["", least_ms, job.id, job.attempt, len(contents), job.spec.kind]
        return Outcome(self.scripts.repeatable("forget_old_job", names, args))

    def drop_logs(self, job_ids: Sequence[str], least_ms: int) -> None:
        """Drop the bytes of all their logs; those of one that runs again stay."""
        with translated_errors(), self.scripts.client.pipeline(transaction=False) as pipe:
            for job_id in job_ids:
                pipe.hget(keys.of(job_id).record, "attempt")
            attempts = pipe.execute()
        for job_id, last in zip(job_ids, attempts, strict=True):
            for attempt in range(1, int(last or 0) + 1):
                of = keys.of(job_id)
                names = [of.record, of.log(attempt), of.log_head(attempt), of.log_tail(attempt)]
                self.scripts.repeatable("drop_old_log", names, ["", least_ms])

    def drop_history(self, job_ids: Sequence[str], least_ms: int) -> None:
        """Drop their metrics and events; those of one that runs again stay."""
        for job_id in job_ids:
            of = keys.of(job_id)
            names = [of.record, of.metrics, of.events]
            self.scripts.repeatable("drop_old_history", names, ["", least_ms])

    def dropped_until(self, kind: str) -> int:
        """Until which end, in milliseconds, that was done."""
        return int(self._call("hget", keys.RETENTION, kind) or 0)

    def note_dropped(self, kind: str, until_ms: int) -> None:
        """Remember until when, unless Redis is full: then it is done again, once there is room."""
        with suppress(StoreFull):
            self._call("hset", keys.RETENTION, kind, until_ms)

    def note_gone(self, kind: str, count: int) -> None:
        """Count for good what went, unless Redis is full."""
        with suppress(StoreFull):
            self._call("hincrby", keys.RETENTION, f"{kind}{_GONE}", count)

    def totals(self) -> dict[str, int]:
        """How many of each kind ever went."""
        record = self._call("hgetall", keys.RETENTION)
        return {name.removesuffix(_GONE): int(count) for name, count in record.items() if name.endswith(_GONE)}

    def note_look(self, at_ms: int) -> None:
        """A duties process was here; a full Redis is not told."""
        with suppress(StoreFull):
            self._call("hset", keys.RETENTION, _LOOKED_AT, at_ms)

    def looked_at_ms(self) -> int:
        """When one was here last; 0 when never."""
        return int(self._call("hget", keys.RETENTION, _LOOKED_AT) or 0)

    def take_turn(self, token: str, seconds: float) -> bool:
        """Become, or stay, the duties process that acts; for that long unless it is taken again.

        Of a full Redis nobody can take it, and all act: what they do can be done twice, and makes room.
        """
        try:
            return bool(self.scripts.repeatable("take_turn", [keys.DUTIES_LOCK], [token, int(seconds * 1000)]))
        except StoreFull:
            return True

    def end_turn(self, token: str) -> None:
        """Let another one act at once."""
        self.scripts.repeatable("take_turn", [keys.DUTIES_LOCK], [token, 0])

    def _newer(self, index: str, sequence: int) -> list[str]:
        return list(self._call("zrangebyscore", index, f"({sequence}", "+inf"))

    def _call(self, command: str, *args: Any, **options: Any) -> Any:
        with translated_errors():
            return getattr(self.scripts.client, command)(*args, **options)
