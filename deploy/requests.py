"""What a user asks for when a model is to be served; also as a part of a training job, for when that is done."""

from dataclasses import asdict, dataclass, field
from typing import Any

from common.deployments import InferBackend, Target
from common.jobs import TaskType
from common.secret import NO_SECRET, Secret


@dataclass(frozen=True, slots=True)
class DeployRequest:
    """`model_path` is a job's id, a path or a hub id. Empty `name` and `version` are made up; `api_key` too.

    `sealed_api_key` stands in the place of `api_key` wherever the request is kept.
    """

    model_path: str
    name: str = ""
    version: str = ""
    target: Target = Target.LOCAL
    task_type: TaskType = TaskType.LLM
    gpus: int = 1
    priority: int = 0
    infer_backend: InferBackend = InferBackend.TRANSFORMERS
    adapters: dict[str, str] = field(default_factory=dict)
    max_model_len: int | None = None
    port: int = 0
    gpu_memory_mib: int = 0
    memory_mib: int = 0
    replicas: int = 1
    api_key: Secret = NO_SECRET
    sealed_api_key: str = ""
    extra_args: dict[str, Any] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    auto_start: bool = True
    gpu_model: str = ""
    min_memory_mib: int = 0
    node_names: tuple[str, ...] = ()
    node_labels: dict[str, str] = field(default_factory=dict)
    platform: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)


def dump_request(request: DeployRequest) -> dict[str, Any]:
    """The request as JSON. Raises ValueError while its key is not sealed: it would lie open."""
    if request.api_key:
        raise ValueError("the key of a request that is kept has to be sealed")
    return {name: value for name, value in asdict(request).items() if name != "api_key"}


def load_request(fields: dict[str, Any]) -> DeployRequest:
    """The request that was dumped."""
    words = {
        "target": Target(fields["target"]),
        "task_type": TaskType(fields["task_type"]),
        "infer_backend": InferBackend(fields["infer_backend"]),
        "node_names": tuple(fields["node_names"]),
    }
    # What was kept before has an empty key in it.
    kept = {name: value for name, value in fields.items() if name != "api_key"}
    return DeployRequest(**{**kept, **words})
