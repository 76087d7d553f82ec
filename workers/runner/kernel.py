"""The two promises asked of the Linux kernel: orphans come to the runner, and ranks die with it."""

import ctypes
import os
import signal
import sys

from workers.runner import cgroups
from workers.runner.cgroups import Group

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True)


def become_subreaper() -> str:
    """Adopt every orphan of the tree from now on; returns why not, or nothing."""
    if sys.platform != "linux":
        return f"no child subreaper on {sys.platform}: what daemonises is not adopted, ranks outlive a killed runner"
    if _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        return f"no child subreaper: {os.strerror(ctypes.get_errno())}"
    return ""


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
