"""Stopping and deleting jobs."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from api.messages import some_of, text
from api.services import Services
from api.services.forcing import force_end, is_silent, on_silent_nodes
from api.services.hints import ring_nodes, tell_cancelled
from api.services.removing import with_files
from common.errors import JobAlreadyFinal, JobNotFound, StateConflict
from common.ids import is_deployment_id
from common.jobs import Job, JobKind
from common.states import PLACED
from common.store.outcomes import Outcome

log = structlog.get_logger()

_POLL_SECONDS = 0.1
_SLACK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class DeletedJobs:
    """How many jobs are gone, how many are not, and those of them whose nodes do not answer."""

    deleted: int
    failed: int
    unreachable: tuple[str, ...] = ()


def stop(services: Services, job_id: str, actor: str, *, force: bool = False) -> str:
    """Cancel a job, for good; returns what to tell the user. Raises JobNotFound, JobAlreadyFinal.

    By force its record ends now, whatever its node says.
    """
    outcome = services.store.jobs.cancel(job_id, f"cancelled by {actor or 'the user'}")
    match outcome:
        case Outcome.MISSING:
            raise JobNotFound(f"there is no job '{job_id}'", job_id=job_id)
        case Outcome.COMPLETED | Outcome.FAILED:
            message = text("job_is_over", job_id=job_id, state=outcome)
            raise JobAlreadyFinal(message, job_id=job_id, job_status=str(outcome))
        case Outcome.REQUESTED:
            return _stop_placed(services, services.store.jobs.get(job_id), actor, force=force)
    job = services.store.jobs.get(job_id)
    if job.attempt == 0:
        tell_cancelled(services, job)
    _tell_source(services, job)
    log.info("job_cancelled", job_id=job_id)
    return text("job_cancelled")


def _stop_placed(services: Services, job: Job, actor: str, *, force: bool) -> str:
    if force and force_end(services, job, actor):
        _tell_source(services, services.store.jobs.get(job.id))
        return text("job_ended_by_force", node=job.node)
    log.info("job_cancel_requested", job_id=job.id)
    return text("job_stopping_silent", node=job.node) if is_silent(services, job) else text("job_stopping")


def _tell_source(services: Services, job: Job) -> None:
    if job.spec.kind is JobKind.EXPORT:
        services.store.jobs.end_export(job.spec.source_job_id, job.id, job.message, error=job.message)


def delete(services: Services, job_id: str, actor: str, *, files: bool = False) -> None:
    """Forget a job; one that runs is stopped first. With `files` its nodes remove what its attempts left, too.

    Raises JobNotFound, and StateConflict when it does not end in time, or when somebody uses its files.
    """
    forget = with_files(services, job_id, actor) if files else lambda: services.store.jobs.delete(job_id)
    outcome = forget()
    if outcome is Outcome.NOT_FINAL:
        services.store.jobs.cancel(job_id, f"cancelled by {actor or 'the user'}, to be deleted")
        outcome = _when_final(services, forget)
    if outcome is Outcome.MISSING:
        raise JobNotFound(f"there is no job '{job_id}'", job_id=job_id)
    if outcome is Outcome.NOT_FINAL:
        key = "job_of_silent_node" if is_silent(services, services.store.jobs.get(job_id)) else "job_still_stopping"
        raise StateConflict(text(key, job_id=job_id), job_id=job_id)
    if files:
        ring_nodes(services)
    log.info("job_deleted", job_id=job_id, files=files)


def delete_all(services: Services, actor: str) -> DeletedJobs:
    """Forget every training and export; those that wait are cancelled first. Deployments are left alone.

    Raises StateConflict while any of them holds GPUs of a node that answers. Those of nodes that do not are left, and
    keep nobody else.
    """
    placed = [job for job in services.store.jobs.placed() if not is_deployment_id(job.id)]
    unreachable = tuple(on_silent_nodes(services, placed))
    stoppable = [job.id for job in placed if job.id not in unreachable]
    if stoppable:
        raise StateConflict(text("jobs_still_placed", job_ids=some_of(stoppable)), job_ids=stoppable)
    ids = [job_id for job_id in services.store.jobs.all_ids() if not is_deployment_id(job_id)]
    outcomes = [_delete_unless_placed(services, job_id, actor) for job_id in ids]
    done = DeletedJobs(outcomes.count(Outcome.OK), outcomes.count(Outcome.NOT_FINAL), unreachable)
    log.info("jobs_deleted", deleted=done.deleted, failed=done.failed, actor=actor)
    return done


def _delete_unless_placed(services: Services, job_id: str, actor: str) -> Outcome:
    outcome = services.store.jobs.delete(job_id)
    if outcome is not Outcome.NOT_FINAL:
        return outcome
    job = services.store.jobs.get(job_id)
    if job.state in PLACED:  # since a moment ago
        return outcome
    services.store.jobs.cancel(job_id, f"cancelled by {actor or 'the user'}, to be deleted")
    if job.attempt == 0:
        tell_cancelled(services, job)
    return services.store.jobs.delete(job_id)


def _when_final(services: Services, forget: Callable[[], Outcome]) -> Outcome:
    deadline = time.monotonic() + services.settings.stop_grace_seconds + _SLACK_SECONDS
    while True:
        outcome = forget()
        if outcome is not Outcome.NOT_FINAL or time.monotonic() >= deadline:
            return outcome
        time.sleep(_POLL_SECONDS)
