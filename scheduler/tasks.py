"""The scheduler's one Celery task: a doorbell. The record in Redis is the truth."""

from celery import Celery
from celery.exceptions import Ignore

from common.errors import StoreUnavailable
from common.messaging import task_names
from scheduler.scheduler import Scheduler
from scheduler.scheduling_pass import run_passes


def register(app: Celery, scheduler: Scheduler) -> None:
    """Add `place` to the app."""

    # Without events and without a result: the job's Celery task goes on, under the same id, as `run` on its node.
    @app.task(name=task_names.PLACE, send_events=False, ignore_result=True)
    def place(job_id: str) -> None:
        """Run a pass over all that waits. `job_id` only says who rang."""
        try:
            run_passes(scheduler)
        except StoreUnavailable as exc:
            raise Ignore("the ticker looks again") from exc
        raise Ignore
