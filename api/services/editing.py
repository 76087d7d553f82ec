"""Changing a waiting job in place."""

import structlog

from api.services import Services
from common.errors import JobNotFound, RevisionMismatch, StateConflict
from common.jobs import Job
from common.store.outcomes import Outcome

log = structlog.get_logger()


def reprioritise(services: Services, job: Job, priority: int, actor: str, revision: int | None) -> Job:
    """Give a waiting job another priority, if it still has that revision; returns it as it is now.

    Raises JobNotFound, StateConflict when it does not wait, RevisionMismatch.
    """
    jobs, job_id = services.store.jobs, job.id
    message = f"priority {job.priority} became {priority}, by {actor or 'the user'}"
    outcome = jobs.reprioritise(job_id, priority, message, revision)
    if outcome is Outcome.MISSING:
        raise JobNotFound(f"there is no job '{job_id}'", job_id=job_id)
    changed = jobs.get(job_id)
    if outcome is Outcome.STALE_REVISION:
        raise revision_mismatch(changed)
    if outcome is Outcome.MOVED_ON:
        state = changed.state
        message = f"the priority of job '{job_id}' counts only while it waits: it is {state}"
        raise StateConflict(message, job_id=job_id, job_status=state)
    log.info("job_reprioritised", job_id=job_id, priority=priority, actor=actor)
    return changed


def revision_mismatch(job: Job) -> RevisionMismatch:
    """The refusal of an edit of a job that was changed since the client read it."""
    message = f"job '{job.id}' was changed since: it is at revision {job.revision}; read it again, then decide"
    return RevisionMismatch(message, job_id=job.id, revision=job.revision)
