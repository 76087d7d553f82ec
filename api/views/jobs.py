"""Answers about jobs and data sets that are more than one record, shaped for their schemas."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from api.services.datasets.announced import DatasetView
from api.services.jobs import Submission
from api.services.listing import JobPage
from api.services.outlook import QueueItem
from api.services.steering import DeletedJobs
from api.views.cursors import decode_cursor, encode_cursor
from common.clock import iso
from common.datasets import Dataset
from common.ids import some_of
from common.jobs import Job
from common.states import WAITING

_CREATED = "training job was created"
_CREATED_HELD = "training job was created and is held until it is started"


def submission_view(submission: Submission) -> dict[str, Any]:
    """What a client is told about the job it submitted."""
    job, waits = submission.job, submission.waits
    if waits is None:
        answer = {"job_id": job.id, "status": job.state, "message": _CREATED_HELD if job.held else _CREATED}
    else:
        answer = waiting_view(job, waits, f"training job was created and waits for GPUs: {waits.message}")
    if submission.server_key:
        answer["server_api_key"] = submission.server_key.reveal()
    return {**answer, "notes": list(submission.notes)} if submission.notes else answer


def start_view(started: Submission) -> dict[str, Any]:
    """What became of a job that was to start."""
    job, waits = started.job, started.waits
    if waits is not None:
        return waiting_view(job, waits, f"job waits for GPUs: {waits.message}")
    message = f"job is on its way already: it is {job.state}"
    if job.state in WAITING:
        message = "job starts with the next free GPUs: placing goes on now"
    return {"job_id": job.id, "status": job.state, "message": message}


def deleted_view(done: DeletedJobs) -> dict[str, Any]:
    """What became of deleting all jobs."""
    message = f"deleted {done.deleted} of {done.deleted + done.failed} jobs"
    if done.unreachable:
        message += f"; the nodes of these do not answer, stop them with force: {some_of(done.unreachable)}"
    return {
        "success": done.failed == 0,
        "deleted_count": done.deleted,
        "failed_count": done.failed,
        "total_count": done.deleted + done.failed,
        "message": message,
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


def job_list_view(query: dict[str, Any], page: JobPage) -> dict[str, Any]:
    """One page of jobs of a kind."""
    cursor = encode_cursor(_list_kind(query), page.jobs[-1].sequence) if page.has_more and page.jobs else None
    answer = {"jobs": page.jobs, "total": page.total, "page": query["page"], "size": query["size"]}
    return {**answer, "next_cursor": cursor}


def behind(query: dict[str, Any]) -> int | None:
    """The submission number that the cursor names; None without one. Raises InvalidInput for a wrong cursor."""
    if not query["cursor"]:
        return None
    (sequence,) = decode_cursor(query["cursor"], _list_kind(query), int)
    return int(sequence)


def _list_kind(query: dict[str, Any]) -> str:
    """A cursor leads on in the list that it is of: deployments are a list of their own."""
    kind = query.get("kind")
    return f"jobs {kind} {query['status'] or ''}" if kind else f"deployments {query['status'] or ''}"


def new_dataset_view(dataset: Dataset, upload_url: str) -> dict[str, Any]:
    """A data set that was announced, and where its content goes."""
    return {**asdict(dataset), "upload_url": upload_url}


def dataset_view(seen: DatasetView) -> dict[str, Any]:
    """A data set with what its record does not say."""
    return {**asdict(seen.dataset), "upload_offset": seen.received_bytes, "used_by": seen.used_by}


def dataset_list_view(page: int, size: int, datasets: Sequence[Dataset], total: int) -> dict[str, Any]:
    """One page of data sets, newest first."""
    return {"datasets": datasets, "total": total, "page": page, "size": size}
