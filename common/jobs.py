"""A job as every process sees it: what was asked for (JobSpec) and what became of it (Job)."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from common.deployments import Serving, Target
from common.exports import Export
from common.refusals import Refusal
from common.states import FINAL, JobState, Verb
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


class Phase(StrEnum):
    """The parts of one attempt, in order; each is one swift process (group) under its own runner."""

    TRAIN = "train"
    EXPORT = "export"
    SERVE = "serve"


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
    def model_name(self) -> str:
        """What clients of a deployment ask for; empty for other jobs."""
        return self.work.name if isinstance(self.work, Serving) else ""


@dataclass(frozen=True, slots=True)
class Progress:
    """The newest numbers of a running attempt, as ms-swift logged them."""

    step: int = 0
    max_steps: int = 0
    epoch: float | None = None
    loss: float | None = None
    learning_rate: float | None = None
    grad_norm: float | None = None
    token_acc: float | None = None
    elapsed_seconds: int | None = None
    remaining_seconds: int | None = None
    seconds_per_step: float | None = None
    memory_gib: float | None = None

    @property
    def percent(self) -> float:
        """Share of the steps done, 0 to 100, two decimals."""
        return round(100 * min(self.step, self.max_steps) / self.max_steps, 2) if self.max_steps > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Exported:
    """What became of the model that a training made: `own_…` by its own export, the others by the latest, also by hand.

    `export_job_id` is the export by hand that was asked for last.
    """

    export_path: str = ""
    export_error: str = ""
    exported_at: datetime | None = None
    own_export_path: str = ""
    own_exported_at: datetime | None = None
    export_job_id: str = ""


@dataclass(frozen=True, slots=True)
class Served:
    """A deployment's server: its leased `port`; `endpoint` (ending in /v1) is set while it answers.

    `restarts` counts since it was last healthy for long.
    """

    port: int | None = None
    endpoint: str = ""
    ready_at: datetime | None = None
    unhealthy_since: datetime | None = None
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A job's record. `attempt` is the fence: 0 before the first placement, then it only grows.

    `instance` names the disk of the node that it was placed on (common.nodes).

    `deleted_at` is when its user deleted it: from then on only those see it who end it and prove that; then it is
    forgotten, and its files are removed where `removal_asked_by` somebody.

    `trained_attempt` finished its training on `trained_node`, whose disk `trained_instance` names: later attempts need
    not. `deploy_job_id` of a training is what its `then_deploy` made.
    """

    id: str
    spec: JobSpec
    state: JobState
    task_id: str
    priority: int
    created_at: datetime
    sequence: int = 0
    revision: int = 1
    owner: str = ""
    held: bool = False
    attempt: int = 0
    infra_failures: int = 0
    user_retries: int = 0
    reason: str = ""
    message: str = ""
    phase: Phase | None = None
    progress: Progress | None = None
    node: str = ""
    boot_id: str = ""
    instance: str = ""
    gpu_ids: tuple[str, ...] = ()
    process_id: int | None = None
    not_before_at: datetime | None = None
    queued_at: datetime | None = None
    assigned_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    cancel_requested_at: datetime | None = None
    cancel_reason: str = ""
    deleted_at: datetime | None = None
    removal_asked_by: str = ""
    checkpoint_path: str = ""
    log_file_path: str = ""
    deploy_job_id: str = ""
    trained_attempt: int = 0
    trained_node: str = ""
    trained_instance: str = ""
    stalled_since: datetime | None = None
    refused_by: tuple[Refusal, ...] = ()
    exported: Exported = Exported()
    served: Served = Served()

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    @property
    def needs_node(self) -> bool:
        """Whether it runs on one of our nodes, by leases, and not on a platform beyond them."""
        return not isinstance(self.spec.work, Serving) or self.spec.work.target is Target.LOCAL

    def evolve(self, **changes: Any) -> "Job":
        """A copy with some fields changed."""
        return replace(self, **changes)
