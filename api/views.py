"""Answers that are more than one record, shaped for their schemas."""

from dataclasses import asdict
from typing import Any

from api.messages import text
from api.services import Services
from api.services.datasets import DatasetView
from api.services.outlook import QueueItem
from api.services.stopping import DeletedJobs
from api.services.submission import Submission
from common.clock import iso
from common.datasets import Dataset
from common.jobs import Job, JobKind
from common.states import WAITING, JobState


def submission_view(submission: Submission) -> dict[str, Any]:
    """What a client is told about the job it submitted."""
    job, waits = submission.job, submission.waits
    if waits is None:
        answer = {"job_id": job.id, "status": job.state, "message": text("job_held" if job.held else "job_created")}
    else:
        answer = waiting_view(job, waits, text("job_queued", why=waits.message))
    notes = [text("params_ignored", name=name, task_type=job.spec.task_type) for name in submission.ignored]
    return {**answer, "notes": notes} if notes else answer


def start_view(started: Submission) -> dict[str, Any]:
    """What became of a job that was to start."""
    job, waits = started.job, started.waits
    if waits is not None:
        return waiting_view(job, waits, text("job_waits", why=waits.message))
    message = text("job_started") if job.state in WAITING else text("job_on_its_way", state=job.state)
    return {"job_id": job.id, "status": job.state, "message": message}


def deleted_view(done: DeletedJobs) -> dict[str, Any]:
    """What became of deleting all jobs."""
    return {
        "success": done.failed == 0,
        "deleted_count": done.deleted,
        "failed_count": done.failed,
        "total_count": done.deleted + done.failed,
        "message": text("jobs_deleted", deleted=done.deleted, total=done.deleted + done.failed),
    }


def waiting_view(job: Job, waits: QueueItem, message: str) -> dict[str, Any]:
    """A job that has to wait, with its outlook."""
    return {
        "job_id": job.id,
        "status": job.state,
        "message": message,
        "queue_position": waits.position,
        "estimated_wait_time": waits.wait_text,
        "estimated_start_at": iso(waits.earliest_start),
        "reason": waits.reason,
    }


def job_list_view(services: Services, page: int, size: int, status: str | None, kind: str) -> dict[str, Any]:
    """One page of jobs of a kind, newest first."""
    state = JobState(status) if status else None
    jobs, total = services.store.jobs.page((page - 1) * size, size, state, JobKind(kind))
    return {"jobs": jobs, "total": total, "page": page, "size": size}


def new_dataset_view(dataset: Dataset, upload_url: str) -> dict[str, Any]:
    """A data set that was announced, and where its content goes."""
    return {**asdict(dataset), "upload_url": upload_url}


def dataset_view(seen: DatasetView) -> dict[str, Any]:
    """A data set with what its record does not say."""
    return {**asdict(seen.dataset), "upload_offset": seen.received_bytes, "used_by": seen.used_by}


def dataset_list_view(services: Services, page: int, size: int) -> dict[str, Any]:
    """One page of data sets, newest first."""
    datasets, total = services.store.datasets.page(size, (page - 1) * size)
    return {"datasets": datasets, "total": total, "page": page, "size": size}
