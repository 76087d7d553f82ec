"""A request for a deployment: what a user asks for when a model is to be served; also as a part of a training job, for
when that is done.
"""

import json
from dataclasses import dataclass
from typing import Any

from common.deployments import Serving
from common.job_specs import JobSpec
from common.secret import NO_SECRET, Secret
from common.store.spec_record import dump_spec, load_spec


@dataclass(frozen=True, slots=True)
class DeployRequest:
    """`spec.model_path` is a job's id, a path or a hub id. Empty name and version of its serving are made up.

    So is an empty `api_key`; wherever the request is kept, it is sealed in the serving instead.
    """

    spec: JobSpec
    priority: int = 0
    auto_start: bool = True
    api_key: Secret = NO_SECRET

    @property
    def serving(self) -> Serving:
        return self.spec.serving


def dump_request(request: DeployRequest) -> dict[str, Any]:
    """The request as JSON. Raises ValueError while its key is not sealed: it would lie open."""
    if request.api_key:
        raise ValueError("the key of a request that is kept has to be sealed")
    spec = json.loads(dump_spec(request.spec))
    return {"spec": spec, "priority": request.priority, "auto_start": request.auto_start}


def load_request(fields: dict[str, Any]) -> DeployRequest:
    """The request that was dumped."""
    kept = fields if "spec" in fields else _of_before(fields)
    return DeployRequest(load_spec(json.dumps(kept["spec"])), kept["priority"], kept["auto_start"])


def _of_before(flat: dict[str, Any]) -> dict[str, Any]:
    """Kept before a request had a spec: everything lay side by side, an empty key among it."""
    spec = {**flat, "on_node_lost": "wait", "kind": "deploy", "deploy": flat}
    return {"spec": spec, "priority": flat["priority"], "auto_start": flat["auto_start"]}
