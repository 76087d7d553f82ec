"""Lineage: what a model came from and what became of it (data set, training, checkpoint, exports, deployments)."""

from dataclasses import dataclass

from common.all_jobs import all_jobs
from common.errors import JobNotFound
from common.job_specs import JobKind
from common.jobs import Job
from common.store import Store


@dataclass(frozen=True, slots=True)
class Lineage:
    """`training` is None for a model that was not trained here, or whose job was deleted."""

    training: Job | None
    exports: tuple[Job, ...]
    deployments: tuple[Job, ...]


def lineage_of(store: Store, job: Job) -> Lineage:
    """The whole line that a training, an export or a deployment is part of."""
    training = _training(store, job)
    if training is None:
        return Lineage(None, _only(job, JobKind.EXPORT), _only(job, JobKind.DEPLOY))
    exports = _of(store, JobKind.EXPORT, {training.id})
    return Lineage(training, exports, _of(store, JobKind.DEPLOY, {training.id, *(export.id for export in exports)}))


def _training(store: Store, job: Job) -> Job | None:
    if job.spec.kind is JobKind.TRAIN:
        return job
    source = _find(store, job.spec.source_job_id)
    return _training(store, source) if source else None


def _of(store: Store, kind: JobKind, sources: set[str]) -> tuple[Job, ...]:
    """Oldest first."""
    found = [job for job in all_jobs(store, kind) if job.spec.source_job_id in sources]
    return tuple(found[::-1])


def _only(job: Job, kind: JobKind) -> tuple[Job, ...]:
    return (job,) if job.spec.kind is kind else ()


def _find(store: Store, job_id: str) -> Job | None:
    if not job_id:
        return None
    try:
        return store.jobs.get(job_id)
    except JobNotFound:
        return None
