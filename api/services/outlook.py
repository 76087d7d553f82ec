"""The outlook of a waiting job: when it may start and why it waits; the planner itself answers, over the world as it is
now.
"""

from dataclasses import dataclass
from datetime import datetime

from api.services import Services
from api.services.refusals import not_queued
from common.deployments import Serving
from common.jobs import Job
from common.states import WAITING
from scheduler.plan.workloads import Blocked

# Past this many waiting jobs a submission is answered from its rank alone: planning all of them takes too long for it.
PLANNED_AT_SUBMIT = 200


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A waiting job with its outlook."""

    job: Job
    position: int
    reason: str
    message: str
    earliest_start: datetime | None
    wait_text: str


def queue_item(services: Services, job: Job) -> QueueItem | None:
    """The outlook of one job, or None when it does not wait."""
    position = services.store.queue.position(job.id)
    if position is None:
        return None
    return _item(job, position, services.planning.blocked().get(job.id), services.store.now())


def waiting_item(services: Services, job_id: str) -> QueueItem:
    """The outlook of a job that waits. Raises JobNotFound, NotQueued."""
    job = services.store.jobs.get(job_id)
    item = queue_item(services, job)
    if item is None:
        raise not_queued(job)
    return item


def with_outlook(services: Services, job: Job) -> Job:
    """The job; while it waits, with the reason why it does, as the queue tells it."""
    waits = queue_item(services, job) if job.state in WAITING and not job.held else None
    return job if waits is None else job.evolve(reason=waits.reason, message=waits.message)


def queue_items(services: Services, limit: int, behind: tuple[int, int] | None = None) -> tuple[list[QueueItem], int]:
    """`limit` waiting jobs with their outlooks, and how many wait in all.

    The first ones, or those behind the place of a priority and submission number.
    """
    if behind is None:
        jobs, first = services.store.queue.jobs(limit), 1
    else:
        jobs = services.store.queue.behind(*behind, limit)
        first = (services.store.queue.position(jobs[0].id) if jobs else None) or 1
    blocked, now = services.planning.blocked(), services.store.now()
    items = [_item(job, rank, blocked.get(job.id), now) for rank, job in enumerate(jobs, start=first)]
    return items, services.store.queue.count()


def waiting_deployments(services: Services) -> list[QueueItem]:
    """The deployments among all that waits, each with its position there; then those for other platforms."""
    blocked, now = services.planning.blocked(), services.store.now()
    here = [
        _item(job, position, blocked.get(job.id), now)
        for position, job in enumerate(services.store.queue.jobs(), start=1)
        if isinstance(job.spec.work, Serving)
    ]
    elsewhere = services.store.jobs.get_many(services.store.deployer.waiting_for_platforms())
    return here + [_item(job, position, None, now) for position, job in enumerate(elsewhere, start=1)]


def outlook_of_new(services: Services, job: Job) -> QueueItem | None:
    """The outlook of a job that was submitted just now; None when it may start at once."""
    position = services.store.queue.position(job.id)
    if position is None:
        return None
    if position > PLANNED_AT_SUBMIT:
        return _item(job, position, None, services.store.now())
    blocked = services.planning.blocked(fresh=True).get(job.id)
    return None if blocked is None else _item(job, position, blocked, services.store.now())


def _item(job: Job, position: int, blocked: Blocked | None, now: datetime) -> QueueItem:
    if blocked is None:
        return QueueItem(job, position, "", "its turn comes with one of the next passes", None, "unknown yet")
    earliest, text = None, f"unknown: {blocked.basis}" if blocked.basis else "unknown"
    if blocked.expected_start:
        earliest, latest = blocked.expected_start
        text = f"{_span((earliest - now).total_seconds())} to {_span((latest - now).total_seconds())}; {blocked.basis}"
    return QueueItem(job, position, str(blocked.reason), blocked.message, earliest, text)


def _span(seconds: float) -> str:
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
