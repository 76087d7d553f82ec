"""Answers that are more than one record, shaped for their schemas."""

from typing import Any

from api.services import Services
from api.services.submission import Submission
from common.clock import iso
from common.states import JobState


def submission_view(submission: Submission) -> dict[str, Any]:
    """What a client is told about the job it submitted."""
    job, waits = submission.job, submission.waits
    answer = {"job_id": job.id, "status": job.state}
    if waits is None:
        held = "training job was created and is held until it is started"
        return {**answer, "message": held if job.held else "training job was created"}
    return {
        **answer,
        "message": f"training job was created and waits for GPUs: {waits.message}",
        "queue_position": waits.position,
        "estimated_wait_time": waits.wait_text,
        "estimated_start_at": iso(waits.earliest_start),
        "reason": waits.reason,
    }


def job_list_view(services: Services, page: int, size: int, status: str | None) -> dict[str, Any]:
    """One page of jobs, newest first."""
    state = JobState(status) if status else None
    jobs, total = services.store.jobs.page((page - 1) * size, size, state)
    return {"jobs": jobs, "total": total, "page": page, "size": size}
