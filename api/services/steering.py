"""Steering jobs: starting, stopping, changing and deleting them."""

from dataclasses import dataclass

import structlog

from api.services import Services
from api.services.forcing import ended_by_force, force_end, on_silent_nodes, stops_when_back
from api.services.hiding import hide, refuse_silent
from api.services.hints import tell_cancelled
from api.services.jobs import Submission, enter_queue
from api.services.refusals import is_over, revision_mismatch
from api.services.removing import refuse_used_files
from common.errors import JobNotFound, StateConflict
from common.exports import Export
from common.ids import some_of
from common.job_specs import JobKind
from common.jobs import Job
from common.states import PLACED, WAITING
from common.store.outcomes import Outcome

log = structlog.get_logger()

_DELETED_TOGETHER = (JobKind.TRAIN, JobKind.EXPORT)


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
            raise is_over(job_id, str(outcome))
        case Outcome.REQUESTED:
            return _stop_placed(services, services.store.jobs.get(job_id), actor, force=force)
    job = services.store.jobs.get(job_id)
    if job.attempt == 0:
        tell_cancelled(services, job)
    _tell_source(services, job)
    log.info("job_cancelled", job_id=job_id)
    return "job was cancelled"


def _stop_placed(services: Services, job: Job, actor: str, *, force: bool) -> str:
    if force and force_end(services, job, actor):
        _tell_source(services, services.store.jobs.get(job.id))
        return ended_by_force(job)
    log.info("job_cancel_requested", job_id=job.id)
    going_on = "job is being stopped: its processes get time to end, then they are killed"
    return stops_when_back(services, job) or going_on


def _tell_source(services: Services, job: Job) -> None:
    if isinstance(job.spec.work, Export):
        services.store.exports.end(job.spec.work.source_job_id, job.id, job.message, error=job.message)


def delete(services: Services, job_id: str, actor: str, *, files: bool = False) -> None:
    """Hide a job at once, and let it be forgotten when it has ended. With `files` its nodes remove what it left, too.

    Raises JobNotFound, and StateConflict when its node does not answer, or when somebody uses its files.
    """
    job = services.store.jobs.get(job_id)
    if files:
        refuse_used_files(services, job)
    message = _to_be_deleted(actor)
    refuse_silent(services, [job], lambda: services.store.jobs.cancel(job_id, message))
    if not hide(services, job, message, (actor or "the user") if files else ""):
        raise JobNotFound(f"there is no job '{job_id}'", job_id=job_id)
    log.info("job_deleted", job_id=job_id, files=files, state=str(job.state))


def delete_all(services: Services, actor: str) -> DeletedJobs:
    """Forget every training and export; those that wait are cancelled first. Deployments are left alone.

    Raises StateConflict while any of them holds GPUs of a node that answers. Those of nodes that do not are left, and
    keep nobody else.
    """
    placed = [job for job in services.store.jobs.placed() if job.spec.kind in _DELETED_TOGETHER and not job.deleted_at]
    unreachable = tuple(on_silent_nodes(services, placed))
    stoppable = [job.id for job in placed if job.id not in unreachable]
    if stoppable:
        message = f"stop these jobs first, they hold GPUs: {some_of(stoppable)}"
        raise StateConflict(message, job_ids=stoppable)
    ids = services.store.listings.all_ids(*_DELETED_TOGETHER)
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
    return Outcome.OK if hide(services, job, _to_be_deleted(actor)) else Outcome.MISSING


def _to_be_deleted(actor: str) -> str:
    return f"cancelled by {actor or 'the user'}, to be deleted"


def start(services: Services, job_id: str, actor: str) -> Submission:
    """Release a held job and ask for a pass now; one that waits or runs is left as it is.

    Raises JobNotFound, JobAlreadyFinal.
    """
    job = services.store.jobs.get(job_id)
    was_held = job.held
    if job.state in WAITING and services.store.jobs.release(job_id, f"started by {actor or 'the user'}") is Outcome.OK:
        if was_held:
            log.info("job_released", job_id=job_id, actor=actor)
        return enter_queue(services, services.store.jobs.get(job_id))
    job = services.store.jobs.get(job_id)
    if job.is_final:
        raise is_over(job_id, job.state)
    return Submission(job, None)


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
