"""The runners that this process started and is still the parent of.

A runner is detached but stays a child while its starter lives: somebody has to collect its end, or it stays a zombie.
Every look at a runner collects, so a long-lived worker has at most one zombie per phase, and only until its next look
at any runner. When the worker dies first, init collects.
"""

import subprocess
import threading

_lock = threading.Lock()
_runners: list[subprocess.Popen[bytes]] = []


def keep(runner: subprocess.Popen[bytes]) -> None:
    """Remember a runner until its end has been collected."""
    with _lock:
        _runners.append(runner)


def collect() -> None:
    """Collect the ends of runners that have ended; never waits."""
    with _lock:
        _runners[:] = [runner for runner in _runners if runner.poll() is None]
