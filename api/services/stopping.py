"""Stopping and deleting jobs."""

import time

import structlog

from api.services import Services
from api.services.hints import tell_cancelled
from common.errors import JobAlreadyFinal, JobNotFound, StateConflict
from common.store.outcomes import Outcome

log = structlog.get_logger()

_POLL_SECONDS = 0.1
_SLACK_SECONDS = 5.0


def stop(services: Services, job_id: str, actor: str) -> str:
    """Cancel a job, for good; returns what to tell the user. Raises JobNotFound, JobAlreadyFinal."""
    outcome = services.store.jobs.cancel(job_id, f"cancelled by {actor or 'the user'}")
    match outcome:
        case Outcome.MISSING:
            raise JobNotFound(f"there is no job '{job_id}'", job_id=job_id)
        case Outcome.COMPLETED | Outcome.FAILED:
            raise JobAlreadyFinal(f"job '{job_id}' has {outcome} already", job_id=job_id, job_status=str(outcome))
        case Outcome.REQUESTED:
            log.info("job_cancel_requested", job_id=job_id)
            return "job is being stopped: its processes get time to end, then they are killed"
    job = services.store.jobs.get(job_id)
    if job.attempt == 0:
        tell_cancelled(services, job)
    log.info("job_cancelled", job_id=job_id)
    return "job was cancelled"


def delete(services: Services, job_id: str, actor: str) -> None:
    """Forget a job; one that runs is stopped first. Raises JobNotFound, StateConflict when it does not end in time."""
    outcome = services.store.jobs.delete(job_id)
    if outcome is Outcome.NOT_FINAL:
        services.store.jobs.cancel(job_id, f"cancelled by {actor or 'the user'}, to be deleted")
        outcome = _delete_when_final(services, job_id)
    if outcome is Outcome.MISSING:
        raise JobNotFound(f"there is no job '{job_id}'", job_id=job_id)
    if outcome is Outcome.NOT_FINAL:
        raise StateConflict(f"job '{job_id}' is still being stopped, delete it again in a moment", job_id=job_id)
    log.info("job_deleted", job_id=job_id)


def _delete_when_final(services: Services, job_id: str) -> Outcome:
    deadline = time.monotonic() + services.settings.stop_grace_seconds + _SLACK_SECONDS
    while True:
        outcome = services.store.jobs.delete(job_id)
        if outcome is not Outcome.NOT_FINAL or time.monotonic() >= deadline:
            return outcome
        time.sleep(_POLL_SECONDS)
