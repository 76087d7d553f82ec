"""Forgets what was deleted while it ran, once its node has proved its end; says so when that takes too long."""

import structlog

from common.jobs import Job
from common.store.outcomes import Outcome
from common.upkeep.forgetting import forget
from scheduler.scheduler import Scheduler

log = structlog.get_logger()

# Beyond the grace that its processes get: so long its node may need to be told, to end them, to ship and to prove it.
LATE_SECONDS = 60.0


class Forgetter:
    """Any number of schedulers may do it. Each remembers what it said, so as to say it once."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._said: set[str] = set()

    def look(self) -> None:
        """Once at all that was deleted and not forgotten."""
        deleting = self._scheduler.store.jobs.deleting()
        over = [job for job in deleting if job.is_final]
        for job in over:
            self._forget(job)
        if any(job.removal_asked_by for job in over):
            self._scheduler.ring_nodes()
        self._tell_late([job for job in deleting if not job.is_final])

    def _forget(self, job: Job) -> None:
        if forget(self._scheduler.store, job) is Outcome.OK:
            log.info("deleted_job_forgotten", job_id=job.id, attempt=job.attempt, node=job.node, state=str(job.state))

    def _tell_late(self, living: list[Job]) -> None:
        self._said &= {job.task_id for job in living}
        now, grace = self._scheduler.store.now(), self._scheduler.settings.stop_grace_seconds
        for job in living:
            seconds = (now - job.deleted_at).total_seconds() if job.deleted_at else 0.0
            if seconds >= grace + LATE_SECONDS and job.task_id not in self._said:
                self._said.add(job.task_id)
                log.error("deleted_job_lives", job_id=job.id, attempt=job.attempt, node=job.node, seconds=int(seconds))
