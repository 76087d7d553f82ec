"""Stopping and deleting jobs."""

import time
from dataclasses import dataclass

import structlog

from api.messages import text
from api.services import Services
from api.services.hints import tell_cancelled
from common.errors import JobAlreadyFinal, JobNotFound, StateConflict
from common.ids import is_deployment_id
from common.jobs import JobKind
from common.states import PLACED
from common.store.outcomes import Outcome

log = structlog.get_logger()

_POLL_SECONDS = 0.1
_SLACK_SECONDS = 5.0
_NAMED_MAX = 10


@dataclass(frozen=True, slots=True)
class DeletedJobs:
    """How many jobs are gone, and how many are not."""

    deleted: int
    failed: int


def stop(services: Services, job_id: str, actor: str) -> str:
    """Cancel a job, for good; returns what to tell the user. Raises JobNotFound, JobAlreadyFinal."""
    outcome = services.store.jobs.cancel(job_id, f"cancelled by {actor or 'the user'}")
    match outcome:
        case Outcome.MISSING:
            raise JobNotFound(f"there is no job '{job_id}'", job_id=job_id)
        case Outcome.COMPLETED | Outcome.FAILED:
            message = text("job_is_over", job_id=job_id, state=outcome)
            raise JobAlreadyFinal(message, job_id=job_id, job_status=str(outcome))
        case Outcome.REQUESTED:
            log.info("job_cancel_requested", job_id=job_id)
            return text("job_stopping")
    job = services.store.jobs.get(job_id)
    if job.attempt == 0:
        tell_cancelled(services, job)
    if job.spec.kind is JobKind.EXPORT:
        services.store.jobs.end_export(job.spec.source_job_id, job_id, job.message, error=job.message)
    log.info("job_cancelled", job_id=job_id)
    return text("job_cancelled")


def delete(services: Services, job_id: str, actor: str) -> None:
    """Forget a job; one that runs is stopped first. Raises JobNotFound, StateConflict when it does not end in time."""
    outcome = services.store.jobs.delete(job_id)
    if outcome is Outcome.NOT_FINAL:
        services.store.jobs.cancel(job_id, f"cancelled by {actor or 'the user'}, to be deleted")
        outcome = _delete_when_final(services, job_id)
    if outcome is Outcome.MISSING:
        raise JobNotFound(f"there is no job '{job_id}'", job_id=job_id)
    if outcome is Outcome.NOT_FINAL:
        raise StateConflict(text("job_still_stopping", job_id=job_id), job_id=job_id)
    log.info("job_deleted", job_id=job_id)


def delete_all(services: Services, actor: str) -> DeletedJobs:
    """Forget every training and export; those that wait are cancelled first. Deployments are left alone.

    Raises StateConflict while any of them holds GPUs.
    """
    placed = [job.id for job in services.store.jobs.placed() if not is_deployment_id(job.id)]
    if placed:
        shown = ", ".join(placed[:_NAMED_MAX]) + (", …" if len(placed) > _NAMED_MAX else "")
        raise StateConflict(text("jobs_still_placed", job_ids=shown), job_ids=placed)
    ids = [job_id for job_id in services.store.jobs.all_ids() if not is_deployment_id(job_id)]
    outcomes = [_delete_unless_placed(services, job_id, actor) for job_id in ids]
    done = DeletedJobs(outcomes.count(Outcome.OK), outcomes.count(Outcome.NOT_FINAL))
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


def _delete_when_final(services: Services, job_id: str) -> Outcome:
    deadline = time.monotonic() + services.settings.stop_grace_seconds + _SLACK_SECONDS
    while True:
        outcome = services.store.jobs.delete(job_id)
        if outcome is not Outcome.NOT_FINAL or time.monotonic() >= deadline:
            return outcome
        time.sleep(_POLL_SECONDS)
