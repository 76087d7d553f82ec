"""The JSON that goes over the wire, named for editors and type checkers. An answer may always hold more."""

from typing import Any, TypedDict

FINAL = frozenset({"completed", "failed", "cancelled"})
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


class Job(TypedDict, total=False):
    """A job. Times are ISO 8601 in UTC, `progress` is a percentage, `training_time` is in seconds."""

    id: str
    job_id: str
    status: str
    reason: str
    message: str
    phase: str | None
    task_type: str
    priority: int
    attempt: int
    node: str
    gpu_id: str
    queue_position: int | None
    estimated_wait_time: str | None
    estimated_start_at: str | None
    created_at: str
    started_at: str | None
    completed_at: str | None
    model_path: str
    data_path: str
    output_dir: str
    train_params: Json
    progress: float
    progress_detail: ProgressDetail | None
    final_loss: float | None
    training_time: float | None
    checkpoint_path: str | None
    log_file_path: str | None
    error_message: str | None
    export_completed: bool
    export_time: str | None
    export_path: str | None
    export_error: str | None


class DryRun(TypedDict):
    """What is known about a job before it is submitted."""

    valid: bool
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

    type: str
    message: str
    timestamp: str


class QueueItem(TypedDict, total=False):
    """A waiting job; position 1 is next."""

    job_id: str
    queue_position: int
    priority: int
    reason: str
    message: str
    created_at: str
    estimated_wait_time: str | None
    estimated_start_at: str | None


class GpuInfo(TypedDict, total=False):
    """One GPU, or a CPU slot that stands in for one; memory in MiB, utilisation in percent, degrees Celsius."""

    id: int
    node: str
    uuid: str
    name: str
    memory_total: int
    memory_used: int
    memory_free: int
    utilization: int | None
    temperature: int | None
    status: str
    job_id: str | None
    available: bool
