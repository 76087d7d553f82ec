"""A deployment: what a user asked to have served (Serving), on which kind of platform, by which engine."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Target(StrEnum):
    """Where a deployment runs: on this service's own nodes, in a Kubernetes cluster, or in a cloud."""

    LOCAL = "local"
    K8S = "k8s"
    CLOUD = "cloud"


class InferBackend(StrEnum):
    """The engine that `swift deploy` runs the model with, in its own spelling."""

    TRANSFORMERS = "transformers"
    VLLM = "vllm"
    SGLANG = "sglang"
    LMDEPLOY = "lmdeploy"


@dataclass(frozen=True, slots=True)
class Serving:
    """What makes a job a deployment; the model itself, its task type and GPUs are the JobSpec's.

    `name` is the model name that clients ask for, `adapters` maps further model names to adapter folders. `port` 0
    means any of the node's range. `gpu_memory_mib` 0 means whole GPUs, otherwise a share of one. `memory_mib` is main
    memory, which only k8s and cloud can set aside. `replica` counts from 1 to `replicas`. `sealed_api_key` is the key
    of the server, readable only with the service's secret. `platform` holds the target's own options.
    `description` is for those who read it. `checkpoint` is which of a training's was asked for, empty for what it took.
    """

    name: str
    version: str
    target: Target = Target.LOCAL
    infer_backend: InferBackend = InferBackend.TRANSFORMERS
    adapters: dict[str, str] = field(default_factory=dict)
    max_model_len: int | None = None
    port: int = 0
    gpu_memory_mib: int = 0
    memory_mib: int = 0
    replica: int = 1
    replicas: int = 1
    sealed_api_key: str = ""
    source_job_id: str = ""
    description: str = ""
    platform: dict[str, Any] = field(default_factory=dict)
    checkpoint: str = ""
