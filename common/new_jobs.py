"""New jobs: how one is born, every training, export and deployment alike."""

from common.clock import now
from common.ids import new_task_id
from common.job_specs import JobSpec
from common.jobs import Job
from common.reasons import Reason
from common.states import JobState


def new_job(job_id: str, spec: JobSpec, *, priority: int, owner: str, held: bool = False) -> Job:
    """A job that was not written yet, under a fresh Celery task; `held` until its user starts it."""
    return Job(
        id=job_id,
        spec=spec,
        state=JobState.PENDING,
        task_id=new_task_id(),
        priority=priority,
        created_at=now(),
        owner=owner,
        held=held,
        reason=Reason.HELD_BY_USER if held else "",
    )


def accepted(job: Job) -> str:
    """The message of its first event."""
    held = ", held until it is started" if job.held else ""
    return f"accepted from {job.owner or 'the user'} with priority {job.priority}{held}"
