"""Deployment after a training: how a training said that its model is to be served, told back in the words of its
request.
"""

from dataclasses import asdict
from typing import Any

from api.schemas.fields import size_text
from api.schemas.job_fields import constraints_of
from common.jobs import Job
from deploy.requests import load_request

# What a Serving has beyond the request, or under another name.
_NOT_AS_SENT = {"target", "gpu_memory_mib", "memory_mib", "replica", "sealed_api_key", "source_job_id"}
_OF_SPEC = ("gpus", "extra_args", "env", "metadata")


def then_deploy(job: Job) -> dict[str, Any] | None:
    """What was asked for, without the key and what was left out; None when it is not to be served."""
    kept = job.spec.then_deploy
    if kept is None:
        return None
    request = load_request(kept)
    serving, spec = request.serving, request.spec
    told: dict[str, Any] = {"deploy_target": serving.target}
    told |= {name: value for name, value in asdict(serving).items() if name not in _NOT_AS_SENT}
    told |= {name: getattr(spec, name) for name in _OF_SPEC}
    told |= {"priority": request.priority, "auto_start": request.auto_start}
    sizes = {"memory": size_text(serving.memory_mib), "gpu_memory": size_text(serving.gpu_memory_mib)}
    told["resources"] = {name: value for name, value in sizes.items() if value}
    told["constraints"] = constraints_of(spec)
    return {name: value for name, value in told.items() if value or value is False}
