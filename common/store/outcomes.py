"""The words in which the Lua verbs answer."""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of a verb; anything but OK changed nothing, unless its script says otherwise."""

    OK = "ok"
    MISSING = "missing"
    MOVED_ON = "moved_on"
    STALE_ATTEMPT = "stale_attempt"
    STALE_REVISION = "stale_revision"
    STALE_EPOCH = "stale_epoch"
    GPU_TAKEN = "gpu_taken"
    PORT_TAKEN = "port_taken"
    NODE_GONE = "node_gone"
    ALIVE = "alive"
    HOLDS_LEASES = "holds_leases"
    CANCEL_REQUESTED = "cancel_requested"
    CANCELLED = "cancelled"
    STOPPED = "stopped"
    REQUESTED = "requested"
    COMPLETED = "completed"
    FAILED = "failed"
    NOT_FINAL = "not_final"
    RECOVERED = "recovered"
    UNWANTED = "unwanted"
    LEASE_TAKEN = "lease_taken"
    OTHER_JOB = "other_job"
