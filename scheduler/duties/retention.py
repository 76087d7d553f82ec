"""Retention: forgets what is older than its setting says, in Redis only; no file of a training is ever removed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from common.clock import to_ms
from common.datasets import Dataset, uploads_folder
from common.jobs import Job
from common.settings import Settings
from common.store import Store
from common.store.ended import Span
from common.store.outcomes import Outcome
from common.upkeep.abandoned_uploads import abandoned, discard_upload, touched_at
from scheduler.duties.duty import Duty
from scheduler.duties.needs import Needs

log = structlog.get_logger()

INTERVAL_SECONDS = 600.0
SWEEP_SECONDS = 86_400.0
# Of more that are due, a dry run looks at the oldest only.
COUNTED_MAX = 20_000
_PAGE = 500
_DAY_MS = 86_400_000

# What is done to jobs that ended long ago, given their ids and how many milliseconds ago at least.
Drop = Callable[[list[str], int], None]


class Old(Protocol):
    """One kind of thing that gets old."""

    kind: str
    kept_days: float
    gone: int

    def do(self, limit: int) -> int:
        """Look at so many at most, and forget what may go; `gone` counts that. Returns how many it looked at."""

    def due(self) -> "Due":
        """What would go."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is due: how much, and from when to when. With `is_least` there may be more."""

    span: Span = Span()  # noqa: RUF009 - frozen
    is_least: bool = False


def everything_old(store: Store, settings: Settings, stay: int = 0) -> list[Old]:
    """All kinds, those with `0` days, which are kept for ever, among them. The first `stay` jobs are passed over."""
    retention = store.retention
    return [
        OldJobs(store, settings.retention_jobs_days, stay),
        OldParts("logs", store, settings.retention_logs_days, retention.drop_logs),
        OldParts("metrics", store, settings.retention_metrics_days, retention.drop_history),
        OldAudit(store, settings.retention_audit_days),
        AbandonedUploads(store, settings),
    ]


def retention_duties(store: Store, settings: Settings) -> list[Duty]:
    """A duty for each kind that is not kept for ever, and one for what was indexed late."""
    kinds = [old for old in everything_old(store, settings) if old.kept_days]
    duties = [Duty(f"retention_of_{old.kind}", _interval_seconds(old.kept_days), old.do) for old in kinds]
    parts = [old for old in kinds if isinstance(old, OldParts)]
    return duties + [Duty(f"retention_of_late_{old.kind}", SWEEP_SECONDS, old.do_late) for old in parts]


def _interval_seconds(kept_days: float) -> float:
    """Nothing stays for longer than a thousandth of its time beyond it, or ten minutes."""
    return min(INTERVAL_SECONDS, kept_days * 86.4)


class OldJobs:
    """Records of trainings and exports that have ended, with all that hangs below them."""

    kind = "jobs"

    def __init__(self, store: Store, kept_days: float, stay: int = 0) -> None:
        self.kept_days = kept_days
        self.gone = 0
        self.stay = stay  # so many at the front of the index were looked at in this round, and stay
        self._store = store
        self._needs = Needs(store)

    def do(self, limit: int) -> int:
        found = self._store.ended.page(self.stay, limit, _until_ms(self._store, self.kept_days))
        going = self._going([ended.job_id for ended in found])
        least_ms = int(self.kept_days * _DAY_MS)
        gone = sum(self._store.retention.forget(job, least_ms) is Outcome.OK for job in going)
        self.stay = self.stay + len(found) - gone if len(found) == limit else 0
        self.gone += gone
        _tell(self._store, self.kind, gone)
        return len(found)

    def due(self) -> Due:
        until_ms, start, going = _until_ms(self._store, self.kept_days), 0, Span()
        while found := self._store.ended.page(start, _PAGE, until_ms):
            start += len(found)
            ids = {job.id for job in self._going([ended.job_id for ended in found])}
            going = _joined(going, [ended.at_ms for ended in found if ended.job_id in ids])
            if start >= COUNTED_MAX:
                return Due(going, is_least=True)
        return Due(going)

    def _going(self, job_ids: list[str]) -> list[Job]:
        """Those of them that nothing needs; what was deleted is forgotten elsewhere."""
        jobs = self._store.jobs.get_many(job_ids)
        needed = self._needs.needed(jobs) if jobs else set()
        return [job for job in jobs if job.id not in needed]


class OldParts:
    """What hangs below jobs of all kinds that have ended, and gets old sooner than their records."""

    def __init__(self, kind: str, store: Store, kept_days: float, drop: Drop) -> None:
        self.kind = kind
        self.kept_days = kept_days
        self.gone = 0
        self._store = store
        self._drop = drop
        self._dropped_until = 0  # a full Redis cannot be told
        self._swept_until = 0

    def do(self, limit: int) -> int:
        retention, until_ms = self._store.retention, _until_ms(self._store, self.kept_days)
        found = self._store.ended.between(self._after_ms(), until_ms, limit)
        if not found:
            return 0
        self._drop([ended.job_id for ended in found], int(self.kept_days * _DAY_MS))
        self._dropped_until = found[-1].at_ms
        retention.note_dropped(self.kind, self._dropped_until)  # last: who is cut off before does it again
        self.gone += len(found)
        _tell(self._store, self.kind, len(found))
        return len(found)

    def do_late(self, limit: int) -> int:
        """Look once more at what lies behind: a migration, or a node that was away, may have told of old ends since."""
        found = self._store.ended.between(self._swept_until, self._after_ms(), limit)
        self._drop([ended.job_id for ended in found], int(self.kept_days * _DAY_MS))
        self._swept_until = found[-1].at_ms if len(found) >= limit else 0
        return len(found)

    def due(self) -> Due:
        return Due(self._store.ended.span(self._after_ms(), _until_ms(self._store, self.kept_days)))

    def _after_ms(self) -> int:
        return max(self._dropped_until, self._store.retention.dropped_until(self.kind))


class OldAudit:
    """Entries of the audit."""

    kind = "audit"

    def __init__(self, store: Store, kept_days: float) -> None:
        self.kept_days = kept_days
        self.gone = 0
        self._store = store

    def do(self, limit: int) -> int:
        gone = self._store.audit.forget(_until_ms(self._store, self.kept_days), limit)
        self.gone += gone
        _tell(self._store, self.kind, gone)
        return gone

    def due(self) -> Due:
        return Due(self._store.audit.span(_until_ms(self._store, self.kept_days)))


class AbandonedUploads:
    """Data sets that were begun and never finished. Only where the API's DATA_DIR is seen: they are files, too."""

    kind = "uploads"

    def __init__(self, store: Store, settings: Settings) -> None:
        self.kept_days = settings.dataset_upload_hours / 24
        self.gone = 0
        self._store = store
        self._settings = settings

    def do(self, limit: int) -> int:
        going = self._going()[:limit]
        for upload in going:
            discard_upload(self._store, self._settings, upload)
        self.gone += len(going)
        _tell(self._store, self.kind, len(going))
        return len(going)

    def due(self) -> Due:
        return Due(_joined(Span(), [int(touched_at(self._settings, upload) * 1000) for upload in self._going()]))

    def _going(self) -> list[Dataset]:
        if not uploads_folder(self._settings.data_dir).is_dir():
            return []
        return abandoned(self._settings, self._store.datasets.uploading())


def _until_ms(store: Store, kept_days: float) -> int:
    return to_ms(store.now()) - int(kept_days * _DAY_MS)


def _joined(span: Span, more_ms: list[int]) -> Span:
    """Both together; times are asked for in any order."""
    known = [moment for moment in (span.oldest_ms, span.newest_ms) if moment is not None]
    moments = known + more_ms
    return Span(span.count + len(more_ms), min(moments), max(moments)) if moments else span


def _tell(store: Store, kind: str, count: int) -> None:
    if count:
        store.retention.note_gone(kind, count)
        log.info("retention_step", kind=kind, count=count)
