"""Makes jobs, nodes and GPUs for tests, with only what matters spelled out."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from common.deployments import DeploySpec
from common.jobs import Job, JobKind, JobSpec, TaskType
from common.nodes import Gpu, Node
from common.states import JobState

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def make_spec(**changes: Any) -> JobSpec:
    values: dict[str, Any] = {
        "task_type": TaskType.LLM,
        "model_path": "Qwen/Qwen2.5-7B-Instruct",
        "data_path": "AI-ModelScope/alpaca#100",
        "output_dir": "output/one",
    }
    return JobSpec(**{**values, **changes})


def make_job(job_id: str = "one", gpus: int = 1, priority: int = 0, **changes: Any) -> Job:
    values: dict[str, Any] = {
        "id": job_id,
        "spec": changes.pop("spec", None) or make_spec(gpus=gpus),
        "state": JobState.PENDING,
        "task_id": str(uuid4()),
        "priority": priority,
        "created_at": NOW,
    }
    return Job(**{**values, **changes})


def make_deployment(job_id: str = "tiny~deploy-1", name: str = "tiny", gpus: int = 1, **changes: Any) -> Job:
    """A deployment; what `changes` name that DeploySpec has goes there, the rest to the Job."""
    wanted = {field.name for field in fields(DeploySpec)}
    deploy = DeploySpec(**{"name": name, "version": "v1", **{k: v for k, v in changes.items() if k in wanted}})
    spec = make_spec(kind=JobKind.DEPLOY, data_path="", output_dir="", gpus=gpus, deploy=deploy)
    return make_job(job_id, spec=spec, **{k: v for k, v in changes.items() if k not in wanted})


def make_node(name: str = "node-1", gpus: int = 2, **changes: Any) -> Node:
    values: dict[str, Any] = {
        "name": name,
        "boot_id": "boot-1",
        "instance": "instance-1",
        "hostname": name,
        "heartbeat_at": NOW,
        "deploy_ports": (30000, 30999),
        "gpus": tuple(
            Gpu(uuid=f"GPU-{index}", index=index, name="H200", memory_total_mib=1000) for index in range(gpus)
        ),
    }
    return Node(**{**values, **changes})
