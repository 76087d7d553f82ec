"""Answers that are more than one record, shaped for their schemas."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from flask import request

from api.edge.services import services
from api.live.long_poll import wait_for_change
from api.services.datasets.announced import DatasetView
from api.services.jobs import Submission
from api.services.outlook import QueueItem
from api.services.steering import DeletedJobs
from api.views.cursors import decode_cursor, encode_cursor
from api.views.etags import job_mark
from common.clock import iso
from common.datasets import Dataset
from common.ids import some_of
from common.jobs import Job, JobKind, Served
from common.states import WAITING, JobState
from common.store.pulses import Pulse

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
    notes = [f"{name} was ignored: the task type is {job.spec.task_type}" for name in submission.ignored]
    return {**answer, "notes": notes} if notes else answer


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


def job_list_view(query: dict[str, Any]) -> dict[str, Any]:
    """One page of jobs of a kind, newest first. Raises InvalidInput for a wrong cursor."""
    state = JobState(query["status"]) if query["status"] else None
    page, size, kind = query["page"], query["size"], JobKind(query["kind"])
    jobs, total = services().store.jobs.page((page - 1) * size, size, state, kind)
    more = page * size < total
    if query["cursor"]:
        found = services().store.jobs.older_than(_sequence(query), size + 1, state, kind)
        jobs, more = found[:size], len(found) > size
    cursor = encode_cursor(_list_kind(query), jobs[-1].sequence) if more and jobs else None
    return {"jobs": with_ports(jobs), "total": total, "page": page, "size": size, "next_cursor": cursor}


def with_ports(jobs: Sequence[Job]) -> list[Job]:
    """The jobs, each with the port where the deployment that it asked for listens now, if one does."""
    ids = {job.deploy_job_id for job in jobs} - {""}
    ports = {deployment.id: deployment.served.port for deployment in services().store.jobs.get_many(ids)} if ids else {}
    return [job.evolve(served=Served(port=ports.get(job.deploy_job_id))) for job in jobs]


def changed_job(job_id: str, query: dict[str, Any]) -> Job:
    """The job; with `wait`, once it is no longer as the client knows it, or after that time. Raises JobNotFound."""
    job = services().store.jobs.get(job_id)
    if not query["wait"] or job.is_final:
        return job
    wait_for_change(job_id, _known(job, query["revision"]), query["wait"])
    return services().store.jobs.get(job_id)


def _known(job: Job, revision: int | None) -> Callable[[Pulse], bool]:
    """Whether a pulse is what the client has: by its ETag, by the revision it names, or as the job is now."""
    tags = request.if_none_match
    if request.headers.get("If-None-Match"):
        return lambda pulse: tags.contains_weak(pulse.mark)
    if revision is not None:
        return lambda pulse: pulse.revision == revision
    now = job_mark(job)
    return lambda pulse: pulse.mark == now


def _sequence(query: dict[str, Any]) -> int:
    (sequence,) = decode_cursor(query["cursor"], _list_kind(query), int)
    return int(sequence)


def _list_kind(query: dict[str, Any]) -> str:
    return f"jobs {query['kind']} {query['status'] or ''}"


def new_dataset_view(dataset: Dataset, upload_url: str) -> dict[str, Any]:
    """A data set that was announced, and where its content goes."""
    return {**asdict(dataset), "upload_url": upload_url}


def dataset_view(seen: DatasetView) -> dict[str, Any]:
    """A data set with what its record does not say."""
    return {**asdict(seen.dataset), "upload_offset": seen.received_bytes, "used_by": seen.used_by}


def dataset_list_view(page: int, size: int) -> dict[str, Any]:
    """One page of data sets, newest first."""
    datasets, total = services().store.datasets.page(size, (page - 1) * size)
    return {"datasets": datasets, "total": total, "page": page, "size": size}
