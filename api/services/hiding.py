"""Soft delete, without waiting: the record is hidden at once; what still lives of it is ended and forgotten later."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from api.services import Services
from api.services.forcing import on_silent_nodes
from api.services.hints import ring_nodes, tell_cancelled
from common.errors import JobNotFound, StateConflict
from common.jobs import Job
from common.states import PLACED
from common.store.outcomes import Outcome
from common.upkeep.forgetting import forget


def refuse_silent(services: Services, jobs: Sequence[Job], stop: Callable[[], object]) -> None:
    """Raises StateConflict when the end of one of these is up to a node that does not answer; they are stopped then."""
    silent = on_silent_nodes(services, [job for job in jobs if job.state in PLACED])
    if silent:
        stop()
        first = next(iter(silent))
        message = f"the node of job '{first}' does not answer: stop it with force, then delete it"
        raise StateConflict(message, job_id=first)


def hide(services: Services, job: Job, message: str, removal_asked_by: str = "") -> bool:
    """Let nobody see it any more; False when somebody else did so before.

    Where it has ended it is forgotten here and now; otherwise a scheduler does that once its node has ended it.
    """
    outcome = services.store.jobs.hide(job, message, removal_asked_by)
    if outcome is Outcome.MISSING:
        return False
    if outcome is Outcome.REQUESTED:
        return True
    if outcome in {Outcome.CANCELLED, Outcome.STOPPED} and not job.is_final and job.attempt == 0:
        tell_cancelled(services, job)
    with suppress(JobNotFound):  # a scheduler was quicker
        forget(services.store, services.store.jobs.get_any(job.id))
    if removal_asked_by:
        ring_nodes(services)
    return True
