"""Answers about deployments that are more than one record, shaped for their schemas."""

from dataclasses import replace
from typing import Any

from api.edge.services import services
from api.services.deployments import NewDeployment
from api.services.outlook import queue_item
from api.views.cursors import decode_cursor, encode_cursor
from common.clock import iso
from common.jobs import Job, JobKind
from common.states import WAITING, JobState

_CREATED = "deployment was created"
_CREATED_HELD = "deployment was created and is held until it is started"


def new_deployment_view(made: NewDeployment) -> dict[str, Any]:
    """What a client is told about the deployment it asked for."""
    job, waits = made.jobs[0], made.waits
    serving = job.spec.serving
    answer: dict[str, Any] = {
        "job_id": job.id,
        "status": job.state,
        "port": job.served.port or serving.port or None,
        "message": _CREATED_HELD if job.held else _CREATED,
        "replica_ids": [replica.id for replica in made.jobs],
        "name": serving.name,
        "version": serving.version,
    }
    if made.api_key:
        answer["api_key"] = made.api_key.reveal()
    if waits is None:
        return answer
    return answer | {
        "message": f"deployment was created and waits: {waits.message}",
        "queue_position": waits.position,
        "estimated_wait_time": waits.wait_text,
        "estimated_start_at": iso(waits.earliest_start),
        "reason": waits.reason,
    }


def status_view(job: Job) -> Job:
    """The deployment; while it waits, with the reason why it does, as the queue tells it."""
    if job.held or job.state not in WAITING:
        return job
    waits = queue_item(services(), job)
    return job if waits is None else replace(job, reason=waits.reason, message=waits.message)


def deployment_list_view(query: dict[str, Any]) -> dict[str, Any]:
    """One page of deployments, newest first. Raises InvalidInput for a wrong cursor."""
    state = JobState(query["status"]) if query["status"] else None
    page, size, kind = query["page"], query["size"], JobKind.DEPLOY
    jobs, total = services().store.jobs.page((page - 1) * size, size, state, kind)
    more = page * size < total
    list_kind = f"deployments {query['status'] or ''}"
    if query["cursor"]:
        (sequence,) = decode_cursor(query["cursor"], list_kind, int)
        found = services().store.jobs.older_than(int(sequence), size + 1, state, kind)
        jobs, more = found[:size], len(found) > size
    cursor = encode_cursor(list_kind, jobs[-1].sequence) if more and jobs else None
    return {"jobs": jobs, "total": total, "page": page, "size": size, "next_cursor": cursor}
