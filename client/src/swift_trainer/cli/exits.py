"""The exit codes of `swt`. Scripts rely on them: they never change."""

from enum import IntEnum


class Exit(IntEnum):
    """Why `swt` ended."""

    OK = 0
    JOB_FAILED = 1
    USAGE = 2
    JOB_CANCELLED = 3
    REFUSED = 4
    UNREACHABLE = 5
    TIMED_OUT = 124
    INTERRUPTED = 130


# Where waiting ends: of a deployment, it runs or has ended.
BY_STATUS = {
    "completed": Exit.OK,
    "running": Exit.OK,
    "failed": Exit.JOB_FAILED,
    "cancelled": Exit.JOB_CANCELLED,
    "stopped": Exit.JOB_CANCELLED,
}
