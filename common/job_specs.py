"""The spec of a job, which is what a user asks for: what all jobs share, and the one work that a job has."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from common.deployments import Serving
from common.exports import Export
from common.states import JobState, Verb
from common.trainings import Training

Work = Training | Export | Serving


class JobKind(StrEnum):
    """What a job does: a training with its phases, an export of what one left, or serving a model."""

    TRAIN = "train"
    EXPORT = "export"
    DEPLOY = "deploy"


KINDS: dict[type[Work], JobKind] = {Training: JobKind.TRAIN, Export: JobKind.EXPORT, Serving: JobKind.DEPLOY}


def ended_by_user(kind: JobKind) -> tuple[Verb, JobState]:
    """The arrow by which a user's wish ends a job, and where it leads."""
    return (Verb.STOP, JobState.STOPPED) if kind is JobKind.DEPLOY else (Verb.CANCEL, JobState.CANCELLED)


class TaskType(StrEnum):
    """What kind of model is trained."""

    LLM = "llm"
    MLLM = "mllm"


class OnNodeLost(StrEnum):
    """What happens to a placed job when its node stops answering."""

    WAIT = "wait"
    REQUEUE = "requeue"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class JobSpec:
    """What the user asked for; never changes after submission. `work` is what the job does, the rest all jobs share.

    `extra_args` holds further ms-swift options by their ms-swift names, without dashes. Without
    `start_timeout_seconds` and `hang_after_seconds` (0: never) the settings of the node count. `gpu_model`,
    `min_memory_mib` (per GPU), `node_names` and `node_labels` say where it may run; empty for anywhere.
    """

    task_type: TaskType
    model_path: str
    work: Work
    extra_args: dict[str, Any] = field(default_factory=dict)
    gpus: int = 1
    time_limit_seconds: int | None = None
    start_timeout_seconds: int | None = None
    hang_after_seconds: int | None = None
    retries: int = 0
    on_node_lost: OnNodeLost = OnNodeLost.WAIT
    gpu_model: str = ""
    min_memory_mib: int = 0
    node_names: tuple[str, ...] = ()
    node_labels: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> JobKind:
        return KINDS[type(self.work)]

    @property
    def training(self) -> Training:
        """Of a training, and of what an export is made of. Raises TypeError for a deployment."""
        match self.work:
            case Training():
                return self.work
            case Export():
                return self.work.training
        raise TypeError("a deployment trains nothing")

    @property
    def serving(self) -> Serving:
        """Of a deployment. Raises TypeError for other jobs."""
        if isinstance(self.work, Serving):
            return self.work
        raise TypeError(f"a job of kind {self.kind} serves nothing")

    @property
    def exporting(self) -> Export:
        """Of an export by hand. Raises TypeError for other jobs."""
        if isinstance(self.work, Export):
            return self.work
        raise TypeError(f"a job of kind {self.kind} is no export by hand")

    @property
    def then_deploy(self) -> dict[str, Any] | None:
        """What a training asked to be deployed when it is done; None for other jobs."""
        return self.work.then_deploy if isinstance(self.work, Training) else None

    @property
    def source_job_id(self) -> str:
        """The job whose model an export or a deployment takes; empty for a training, and for a model of elsewhere."""
        return "" if isinstance(self.work, Training) else self.work.source_job_id

    @property
    def source_job_ids(self) -> frozenset[str]:
        """All jobs whose files this one uses."""
        return frozenset(filter(None, [self.source_job_id, *self.earlier_jobs.values()]))

    @property
    def earlier_jobs(self) -> dict[str, str]:
        """Of a training: by field of its body the id of the job that was named there."""
        return self.work.earlier_jobs if isinstance(self.work, Training) else {}

    @property
    def share_mib(self) -> int:
        """The part of one GPU that a deployment takes, in MiB; 0 for whole GPUs, as for all other jobs."""
        return self.work.gpu_memory_mib if isinstance(self.work, Serving) else 0

    @property
    def model_name(self) -> str:
        """What clients of a deployment ask for; empty for other jobs."""
        return self.work.name if isinstance(self.work, Serving) else ""
