"""What a model came from and what became of it: data set, training, checkpoint, exports, deployments."""

from dataclasses import dataclass

from common.errors import JobNotFound
from common.jobs import Job, JobKind
from common.store import Store
from deploy.all_jobs import all_jobs


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
        return Lineage(None, (job,) if job.spec.kind is JobKind.EXPORT else (), _only(job, JobKind.DEPLOY))
    exports = tuple(found for found in _oldest_first(store, JobKind.EXPORT) if found.spec.source_job_id == training.id)
    sources = {training.id, *(export.id for export in exports)}
    deployments = (found for found in _oldest_first(store, JobKind.DEPLOY) if _source_id(found) in sources)
    return Lineage(training, exports, tuple(deployments))


def _training(store: Store, job: Job) -> Job | None:
    match job.spec.kind:
        case JobKind.TRAIN:
            return job
        case JobKind.EXPORT:
            return _find(store, job.spec.source_job_id)
        case JobKind.DEPLOY:
            source = _find(store, _source_id(job))
            return _training(store, source) if source else None


def _source_id(job: Job) -> str:
    return job.spec.deploy.source_job_id if job.spec.deploy else ""


def _only(job: Job, kind: JobKind) -> tuple[Job, ...]:
    return (job,) if job.spec.kind is kind else ()


def _find(store: Store, job_id: str) -> Job | None:
    if not job_id:
        return None
    try:
        return store.jobs.get(job_id)
    except JobNotFound:
        return None


def _oldest_first(store: Store, kind: JobKind) -> list[Job]:
    return list(all_jobs(store, kind))[::-1]
