"""Reasons why a job ended, was put back or waits: one word for programs, one sentence for people."""

from enum import StrEnum


class Reason(StrEnum):
    """The cause of an arrow, or of waiting."""

    # Ends that are the job's own doing.
    EXIT_NONZERO = "exit_nonzero"
    OUT_OF_MEMORY = "out_of_memory"
    PACKAGE_MISSING = "package_missing"
    RANKS_DISCONNECTED = "ranks_disconnected"
    DIVERGED = "diverged"
    DATA_DROPPED = "data_dropped"
    NOTHING_LEARNED = "nothing_learned"
    INCOMPLETE = "incomplete"
    ARTEFACT_MISSING = "artefact_missing"
    EXPORT_FAILED = "export_failed"
    PUSH_FAILED = "push_failed"
    TIME_LIMIT = "time_limit"
    # Ends of a deployment.
    NOT_READY = "not_ready"
    UNHEALTHY = "unhealthy"
    WRONG_MODEL = "wrong_model"
    CRASH_LOOP = "crash_loop"
    PORT_TAKEN = "port_taken"
    PLATFORM_REFUSED = "platform_refused"
    SUPERSEDED = "superseded"
    # Refused on the node before anything was started.
    DATA_NOT_FOUND = "data_not_found"
    DATA_INVALID = "data_invalid"
    MODEL_NOT_FOUND = "model_not_found"
    MODEL_INVALID = "model_invalid"
    OUTPUT_NOT_WRITABLE = "output_not_writable"
    PATH_NOT_ALLOWED = "path_not_allowed"
    OPTION_REFUSED = "option_refused"
    NODE_UNFIT = "node_unfit"
    # Infrastructure: tried again, up to a cap.
    START_FAILED = "start_failed"
    DISK_FULL = "disk_full"
    GPU_FAILED = "gpu_failed"
    RUNNER_LOST = "runner_lost"
    HUNG = "hung"
    NODE_LOST = "node_lost"
    NODE_REBOOTED = "node_rebooted"
    PREEMPTED = "preempted"
    INTERNAL_ERROR = "internal_error"
    RETRIES_EXHAUSTED = "retries_exhausted"
    PORT_STOLEN = "port_stolen"
    # The user's wish.
    CANCELLED_BY_USER = "cancelled_by_user"
    HELD_BY_USER = "held_by_user"
    # Waiting.
    NO_NODES = "no_nodes"
    GPUS_BUSY = "gpus_busy"
    PORT_BUSY = "port_busy"
    TOO_LARGE = "too_large"
    BEHIND_RESERVATION = "behind_reservation"
    BACKING_OFF = "backing_off"
    PAUSED = "paused"
    NODES_UNHEARD = "nodes_unheard"


# What may go better the next time; a time limit or a missing file will not.
WORTH_A_RETRY = frozenset(
    {
        Reason.EXIT_NONZERO,
        Reason.OUT_OF_MEMORY,
        Reason.RANKS_DISCONNECTED,
        Reason.DIVERGED,
        Reason.INCOMPLETE,
        Reason.ARTEFACT_MISSING,
        Reason.EXPORT_FAILED,
    }
)
INFRASTRUCTURE = frozenset(
    {
        Reason.START_FAILED,
        Reason.DISK_FULL,
        Reason.GPU_FAILED,
        Reason.RUNNER_LOST,
        Reason.HUNG,
        Reason.NODE_LOST,
        Reason.NODE_REBOOTED,
        Reason.PREEMPTED,
        Reason.INTERNAL_ERROR,
        Reason.PORT_STOLEN,
    }
)
