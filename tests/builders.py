"""Makes jobs, nodes and GPUs for tests, with only what matters spelled out."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from common.checkpoints import Checkpoints
from common.deployments import Serving
from common.exports import Export
from common.job_specs import JobSpec, TaskType
from common.jobs import Exported, Job, Served
from common.nodes import Gpu, Node
from common.places import Place
from common.states import JobState
from common.store.attempts import Placing
from common.trainings import Training
from deploy.requests import DeployRequest

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def make_spec(**changes: Any) -> JobSpec:
    """A training's, unless `work` is given; what `changes` name that a Training has goes there."""
    training = {"data_path": "AI-ModelScope/alpaca#100", "output_dir": "output/one", **_taken(changes, Training)}
    values: dict[str, Any] = {"task_type": TaskType.LLM, "model_path": "Qwen/Qwen2.5-7B-Instruct"}
    return JobSpec(**{"work": Training(**training), **values, **changes})


def make_export_spec(**changes: Any) -> JobSpec:
    """Of an export of the job `one`; what `changes` name that an Export has goes there, the rest as in `make_spec`."""
    own = {"source_job_id": "one", "checkpoint_path": "", **_taken(changes, Export)}
    spec = make_spec(**changes)
    return replace(spec, work=Export(spec.training, **own))


def _taken(changes: dict[str, Any], part: type[Any]) -> dict[str, Any]:
    """What of the changes is the part's, taken out of them."""
    return {field.name: changes.pop(field.name) for field in fields(part) if field.name in changes}


def make_job(job_id: str = "one", gpus: int = 1, priority: int = 0, **changes: Any) -> Job:
    values: dict[str, Any] = {
        "id": job_id,
        "spec": changes.pop("spec", None) or make_spec(gpus=gpus),
        "state": JobState.PENDING,
        "task_id": str(uuid4()),
        "priority": priority,
        "created_at": NOW,
    }
    parts = {part.__name__.lower(): part(**_taken(changes, part)) for part in (Checkpoints, Exported, Served)}
    return Job(**{**values, **parts, **changes})


def make_deployment(job_id: str = "tiny~deploy-1", name: str = "tiny", gpus: int = 1, **changes: Any) -> Job:
    """A deployment; what `changes` name that Serving has goes there, the rest to the Job."""
    serving = Serving(**{"name": name, "version": "v1", **_taken(changes, Serving)})
    spec = make_spec(work=serving, gpus=gpus, **_taken(changes, JobSpec))
    return make_job(job_id, spec=spec, **changes)


def make_request(model_path: str, priority: int = 0, **changes: Any) -> DeployRequest:
    """What a user asks for; what `changes` name that Serving has goes there, the rest to the JobSpec."""
    serving = Serving(**{"name": "", "version": "", **_taken(changes, Serving)})
    return DeployRequest(make_spec(model_path=model_path, work=serving, **changes), priority)


def make_places(*gpu_ids: str, **changes: Any) -> tuple[Place, ...]:
    """One place, on what `make_node` makes."""
    return (Place(**{"node": "node-1", "boot_id": "boot-1", "instance": "instance-1", "gpu_ids": gpu_ids, **changes}),)


def make_placing(epoch: int, *gpu_ids: str, **changes: Any) -> Placing:
    """On the node that `make_node` makes, unless `places` are given."""
    return Placing(**{"epoch": epoch, "places": make_places(*gpu_ids), "message": "assigned", **changes})


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
