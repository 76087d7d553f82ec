"""How a training said that its model is to be served, told back in the words of its request."""

from typing import Any

from api.schemas.fields import size_text
from common.jobs import Job

_AS_SENT = (
    *("name", "version", "gpus", "priority", "infer_backend", "adapters", "max_model_len", "port", "replicas"),
    *("extra_args", "env", "auto_start", "platform", "metadata"),
)
_CONSTRAINTS = {
    "gpu_model": "gpu_model",
    "min_memory_mib": "min_memory_mib",
    "node_names": "node_names",
    "node_labels": "labels",
}


def then_deploy(job: Job) -> dict[str, Any] | None:
    """What was asked for, without the key and what was left out; None when it is not to be served."""
    kept = job.spec.then_deploy
    if kept is None:
        return None
    told = {"deploy_target": kept["target"], **{name: kept[name] for name in _AS_SENT}}
    told["resources"] = _filled(
        {"memory": size_text(kept["memory_mib"]), "gpu_memory": size_text(kept["gpu_memory_mib"])}
    )
    told["constraints"] = _filled({name: kept[field] for field, name in _CONSTRAINTS.items()})
    return {name: value for name, value in told.items() if value or value is False}


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
