"""The shapes (types) of the JSON that goes over the wire, named for editors and type checkers. An answer may always
hold more.
"""

from typing import Any, TypedDict

FINAL = frozenset({"completed", "failed", "cancelled", "stopped"})
Json = dict[str, Any]


class ProgressDetail(TypedDict, total=False):
    """The newest numbers of a running attempt; times in seconds."""

    step: int
    max_steps: int
    epoch: float | None
    loss: float | None
    learning_rate: float | None
    grad_norm: float | None
    token_acc: float | None
    elapsed_seconds: int | None
    remaining_seconds: int | None
    seconds_per_step: float | None
    memory_gib: float | None
    merge_seconds: int | None
    merge_elapsed_seconds: int | None
    percent: float


class Place(TypedDict):
    """One node of a job, with the uuids of its GPUs there."""

    node: str
    gpu_ids: list[str]


class UnusedRow(TypedDict):
    """One row: of which data set, which one from 1 (None where that is not known), and what ms-swift said of it."""

    source: str
    row: int | None
    why: str


class UnusedRows(TypedDict):
    """Rows of the data that are not used for one cause: `too_long`, `null_content`, …; with the first few of them."""

    cause: str
    count: int
    first: list[UnusedRow]


class Job(TypedDict, total=False):
    """A job. Times are ISO 8601 in UTC, `progress` is a percentage, `training_time` is in seconds."""

    id: str
    job_id: str
    status: str
    reason: str
    message: str
    phase: str | None
    kind: str
    held: bool
    revision: int
    task_id: str
    task_type: str
    trainer_type: str
    method: str
    priority: int
    owner: str
    project: str
    attempt: int
    node: str
    places: list[Place]
    gpus: int
    gpu_id: str
    constraints: Json
    refused_by: list[Json]
    process_id: int | None
    queue_position: int | None
    estimated_wait_time: str | None
    estimated_start_at: str | None
    created_at: str
    queued_at: str | None
    assigned_at: str | None
    started_at: str | None
    cancel_requested_at: str | None
    completed_at: str | None
    model_path: str
    data_path: str | list[str]
    val_dataset: str | list[str] | None
    output_dir: str
    train_params: Json
    extra_args: Json
    env: dict[str, str]
    metadata: Json
    progress: float
    progress_detail: ProgressDetail | None
    stalled_since: str | None
    min_rows_used: float
    resumable: bool
    earlier_jobs: dict[str, str]
    rows_given: int | None
    rows_used: int | None
    rows_dropped: list[UnusedRows]
    links: dict[str, str]
    final_loss: float | None
    training_time: float | None
    checkpoint_path: str | None
    last_checkpoint: str
    last_metric: float | None
    best_checkpoint: str
    best_metric: float | None
    metric_for_best_model: str
    log_file_path: str | None
    error_message: str | None
    export_completed: bool
    export_time: str | None
    export_path: str | None
    export_error: str | None
    export_job_id: str
    export_as: Json | None
    source_job_id: str
    deploy: Json | None
    deploy_job_id: str
    deploy_port: int | None


class Checkpoint(TypedDict):
    """What a training has saved. `evaluation` is under ms-swift's names, such as eval_loss; empty without one."""

    name: str
    path: str
    step: int
    epoch: float | None
    loss: float | None
    evaluation: dict[str, float]
    size_bytes: int
    resumable: bool
    is_best: bool
    is_last: bool
    attempt: int
    node: str


class JobCheckpoints(TypedDict):
    """The checkpoints of a job, attempt by attempt; `checkpoint_path` is the one that the training took."""

    job_id: str
    checkpoints: list[Checkpoint]
    total: int
    checkpoint_path: str
    metric_for_best_model: str
    best_metric: float | None
    last_metric: float | None


class Deployment(TypedDict, total=False):
    """A model server. Times are ISO 8601 in UTC; `endpoint` ends in /v1 and is empty while it does not answer."""

    job_id: str
    status: str
    reason: str
    message: str
    name: str
    version: str
    model_path: str
    source_job_id: str
    checkpoint: str
    adapters: dict[str, str]
    deploy_target: str
    deploy_type: str
    deploy_port: int | None
    endpoint: str
    healthy: bool
    unhealthy_since: str | None
    restarts: int
    infer_backend: str
    max_model_len: int | None
    description: str
    resources: dict[str, str | None]
    gpus: int
    gpu_id: str
    node: str
    places: list[Place]
    constraints: Json
    refused_by: list[Json]
    priority: int
    owner: str
    project: str
    replica: int
    replicas: int
    attempt: int
    held: bool
    revision: int
    task_id: str
    cancel_requested_at: str | None
    process_id: int | None
    platform: Json
    extra_args: Json
    env: dict[str, str]
    metadata: Json
    error_message: str | None
    log_file_path: str
    created_at: str
    queued_at: str | None
    started_at: str | None
    ready_at: str | None
    completed_at: str | None


class NewDeployment(TypedDict, total=False):
    """The answer to a new deployment; `api_key` is its server's, shown this once; `port` is null until it has one."""

    job_id: str
    status: str
    message: str
    port: int | None
    name: str
    version: str
    api_key: str
    replica_ids: list[str]
    queue_position: int
    estimated_wait_time: str
    estimated_start_at: str | None
    reason: str


class Model(TypedDict, total=False):
    """A name that clients ask for: the version that answers, the one that is to, the one that a roll back leads to."""

    name: str
    project: str
    active: str
    wanted: str
    previous: str
    changed_at: str | None


class ModelVersion(TypedDict):
    """One version of a model; each replica is one of its deployments."""

    version: str
    deployments: list[Deployment]


class ModelDetail(TypedDict):
    """A model with all its versions."""

    model: Model
    versions: list[ModelVersion]


class RolledBack(TypedDict):
    """What became of a roll back; without `took_over` the version takes over as soon as it answers."""

    name: str
    version: str
    active: str
    took_over: bool
    message: str


class Lineage(TypedDict):
    """Data set, training, checkpoint, exports and deployments that belong together."""

    dataset: str | list[str] | None
    training: Json | None
    checkpoint: str | None
    exports: list[Json]
    deployments: list[Json]
    parents: list[Json]
    children: list[Json]


class ChatMessage(TypedDict):
    """One turn of a conversation; `role` is system, user or assistant."""

    role: str
    content: str


class DryRun(TypedDict):
    """What is known about a job before it is submitted."""

    valid: bool
    task_type: str
    model_task_type: str | None
    errors: list[Json]
    notes: list[str]
    command: list[str]
    steps: Json
    memory: Json


class Submission(TypedDict, total=False):
    """The answer to a submission, and to start, stop and export."""

    job_id: str
    status: str
    message: str
    reason: str
    queue_position: int | None
    estimated_wait_time: str | None
    estimated_start_at: str | None
    notes: list[str]


class LogPage(TypedDict, total=False):
    """Bytes `offset` to `next_offset` of one attempt's log; bytes `truncated_from` to `truncated_to` were not kept."""

    job_id: str
    text: str
    offset: int
    next_offset: int
    end: bool
    attempt: int
    truncated_from: int | None
    truncated_to: int | None


class LogLines(TypedDict, total=False):
    """The newest lines of a log; `total` counts all of them."""

    job_id: str
    logs: list[str]
    total: int


class Event(TypedDict, total=False):
    """One thing that happened to a job."""

    id: str
    attempt: int
    type: str
    message: str
    timestamp: str


class QueueItem(TypedDict, total=False):
    """A waiting job; position 1 is next."""

    job_id: str
    queue_position: int
    priority: int
    status: str
    gpus: int
    gpu_ids: list[str]
    reason: str
    message: str
    created_at: str
    estimated_wait_time: str | None
    estimated_start_at: str | None


class GpuInfo(TypedDict, total=False):
    """One GPU, or a CPU slot that stands in for one; memory in MiB, utilisation in percent, degrees Celsius."""

    id: int
    node: str
    node_state: str
    uuid: str
    name: str
    kind: str
    memory_total: int
    memory_used: int
    memory_free: int
    utilization: int | None
    temperature: int | None
    status: str
    job_id: str | None
    processes: list[int]
    available: bool
