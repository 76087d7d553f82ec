"""A job as every process sees it: what was asked for (JobSpec), and what became of it."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from common.checkpoints import NOTHING_KEPT, Checkpoints
from common.deployments import Serving, Target
from common.job_specs import JobSpec
from common.places import Place
from common.projects import DEFAULT_PROJECT
from common.refusals import Refusal
from common.rows import Rows
from common.states import FINAL, JobState

MERGE_ENDS_PERCENT = 99.0  # only its end says that it is done


class Phase(StrEnum):
    """The parts of one attempt, in order; each is one swift process (group) under its own runner."""

    TRAIN = "train"
    EXPORT = "export"
    SERVE = "serve"


@dataclass(frozen=True, slots=True)
class Progress:
    """The newest numbers of a running attempt, as ms-swift logged them; `remaining_seconds` is with a merge behind it.

    `merge_seconds` is how long that is expected to take, and `merge_elapsed_seconds` how long it goes on already: then
    training is done, whatever its last step was.
    """

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
    merge_seconds: int | None = None
    merge_elapsed_seconds: int | None = None

    @property
    def percent(self) -> float:
        """Share of the whole job, 0 to 100, two decimals: of its steps; with a merge behind them, of its time."""
        trained = min(self.step, self.max_steps) / self.max_steps if self.max_steps > 0 else 0.0
        if self.merge_seconds is None:
            return round(100 * trained, 2)
        if self.merge_elapsed_seconds is None and not self.seconds_per_step:
            return round(min(100 * trained, MERGE_ENDS_PERCENT), 2)
        return round(min(100 * self._share_of_time(trained), MERGE_ENDS_PERCENT), 2)

    def _share_of_time(self, trained: float) -> float:
        """By steps, since the clock of a training that goes on from a checkpoint begins there."""
        steps, merged = self.max_steps, self.merge_elapsed_seconds
        if merged is not None:
            steps, trained = self.step, 1.0
        training, merging = steps * (self.seconds_per_step or 0.0), max(self.merge_seconds or 0, 1)
        return (trained * training + min(merged or 0, merging)) / (training + merging)


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

    `places` are its nodes, while it is placed and of its last attempt when that has ended; the first speaks for it, and
    has the port of a deployment.

    `deleted_at` is when its user deleted it: from then on only those see it who end it and prove that; then it is
    forgotten, and its files are removed where `removal_asked_by` somebody.

    `trained_attempt` finished its training on `trained_node`, whose disk `trained_instance` names: later attempts need
    not. `deploy_job_id` of a training is what its `then_deploy` made.

    `links` are where its run is to be seen, by tracker: an address, or a folder on its node.
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
    project: str = DEFAULT_PROJECT
    held: bool = False
    attempt: int = 0
    infra_failures: int = 0
    user_retries: int = 0
    reason: str = ""
    message: str = ""
    phase: Phase | None = None
    progress: Progress | None = None
    places: tuple[Place, ...] = ()
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
    rows: Rows | None = None
    links: dict[str, str] = field(default_factory=dict)
    checkpoints: Checkpoints = NOTHING_KEPT
    exported: Exported = Exported()
    served: Served = Served()

    @property
    def percent(self) -> float:
        """How far it is, 0 to 100: all of a completed one, also where it stopped early."""
        if self.state is JobState.COMPLETED:
            return 100.0
        return self.progress.percent if self.progress else 0.0

    @property
    def remaining_seconds(self) -> int | None:
        """What ms-swift said last, and the merge; a job that was ended before has nothing left to do either."""
        if self.is_final:
            return 0
        return self.progress.remaining_seconds if self.progress else None

    @property
    def progress_detail(self) -> dict[str, Any] | None:
        """All numbers of its progress, in agreement with the two above."""
        if self.progress is None:
            return None
        return asdict(self.progress) | {"percent": self.percent, "remaining_seconds": self.remaining_seconds}

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    @property
    def needs_node(self) -> bool:
        """Whether it runs on one of our nodes, by leases, and not on a platform beyond them."""
        return not isinstance(self.spec.work, Serving) or self.spec.work.target is Target.LOCAL

    @property
    def node(self) -> str:
        """The name of the first of its nodes; empty when it has none."""
        return self.places[0].node if self.places else ""

    @property
    def gpu_ids(self) -> tuple[str, ...]:
        """All its GPUs, node by node."""
        return tuple(gpu for place in self.places for gpu in place.gpu_ids)

    def place_on(self, node: str) -> Place | None:
        """What it has of that node, if anything."""
        return next((place for place in self.places if place.node == node), None)

    def evolve(self, **changes: Any) -> "Job":
        """A copy with some fields changed."""
        return replace(self, **changes)
