"""What is asked of the Linux kernel beyond Python's own words: orphans come to the runner, ranks die with it, and files
have holes and room behind their end.
"""

import ctypes
import errno
import os
import signal
import sys

from workers.runner import cgroups
from workers.runner.cgroups import Group

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

FALLOC_FL_KEEP_SIZE = 1
FALLOC_FL_PUNCH_HOLE = 2

_libc = ctypes.CDLL(None, use_errno=True)


def become_subreaper() -> str:
    """Adopt every orphan of the tree from now on; returns why not, or nothing."""
    if sys.platform != "linux":
        return f"no child subreaper on {sys.platform}: what daemonises is not adopted, ranks outlive a killed runner"
    if _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        return f"no child subreaper: {os.strerror(ctypes.get_errno())}"
    return ""


def punch_hole(descriptor: int, start: int, count: int) -> None:
    """Give the blocks of these bytes back to the disk; they read as NUL from now on. Raises OSError where it cannot."""
    _fallocate(descriptor, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, start, count)


def allocate_behind(descriptor: int, start: int, count: int) -> bool:
    """Take room on the disk behind the end of a file, whose size stays; whether there was any."""
    try:
        _fallocate(descriptor, FALLOC_FL_KEEP_SIZE, start, count)
    except OSError:
        return False
    return True


def _fallocate(descriptor: int, mode: int, start: int, count: int) -> None:
    call = getattr(_libc, "fallocate64", None) or getattr(_libc, "fallocate", None)
    if sys.platform != "linux" or call is None:
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))
    call.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
    if call(descriptor, mode, start, count) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def prepare_rank(runner_pid: int, group: Group | None) -> None:
    """Runs in a rank between fork and exec: into its group, die with the runner, undo the signals that it ignores.

    The kernel sends the death signal when the forking thread ends: right here only because a runner has one thread.
    """
    if group is not None:
        cgroups.enter(group)
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != runner_pid:
            os._exit(1)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
