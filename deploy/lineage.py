"""Lineage: what a model came from and what became of it (data set, training, checkpoint, exports, deployments), which
jobs its training went on from, and which trainings went on from it.
"""

from dataclasses import dataclass
from itertools import takewhile

from common.errors import JobNotFound
from common.job_specs import JobKind
from common.jobs import Job
from common.store import Store
from common.upkeep.all_jobs import all_jobs


@dataclass(frozen=True, slots=True)
class Relative:
    """An earlier job that a training named in `field`, or a later training that named this one there.

    `job` is None for one that was deleted since.
    """

    field: str
    job_id: str
    job: Job | None


@dataclass(frozen=True, slots=True)
class Lineage:
    """`training` is None for a model that was not trained here, or whose job was deleted."""

    training: Job | None
    exports: tuple[Job, ...]
    deployments: tuple[Job, ...]
    parents: tuple[Relative, ...] = ()
    children: tuple[Relative, ...] = ()


def lineage_of(store: Store, job: Job) -> Lineage:
    """The whole line that a training, an export or a deployment is part of."""
    training = _training(store, job)
    if training is None:
        children = _children(store, job, {job.id})
        return Lineage(None, _only(job, JobKind.EXPORT), _only(job, JobKind.DEPLOY), children=children)
    exports = _of(store, JobKind.EXPORT, {training.id})
    own = {training.id, *(export.id for export in exports)}
    deployments = _of(store, JobKind.DEPLOY, own)
    return Lineage(training, exports, deployments, _parents(store, training), _children(store, training, own))


def _training(store: Store, job: Job) -> Job | None:
    if job.spec.kind is JobKind.TRAIN:
        return job
    source = _find(store, job.spec.source_job_id)
    return _training(store, source) if source else None


def _parents(store: Store, training: Job) -> tuple[Relative, ...]:
    named = training.spec.training.earlier_jobs
    return tuple(Relative(field, job_id, _find(store, job_id)) for field, job_id in named.items())


def _children(store: Store, first: Job, own: set[str]) -> tuple[Relative, ...]:
    """Oldest first; none is older than the job that it went on from."""
    later = takewhile(lambda job: job.sequence > first.sequence, all_jobs(store, JobKind.TRAIN))
    found = [
        Relative(field, job.id, job)
        for job in later
        for field, job_id in job.spec.training.earlier_jobs.items()
        if job_id in own
    ]
    return tuple(found[::-1])


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
