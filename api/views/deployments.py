"""Answers about deployments that are more than one record, shaped for their schemas."""

from typing import Any

from api.services.deployments import NewDeployment
from common.clock import iso

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
