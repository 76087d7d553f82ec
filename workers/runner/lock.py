"""The lock that proves a runner alive: whoever can take runner.lock knows that its runner is dead."""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from workers.runner import phase_files

# `is_locked` holds the lock for an instant, so one refusal is not yet another runner.
TRIES = 10
TRY_SECONDS = 0.01


def take_lock(phase_dir: Path) -> int | None:
    """Lock the folder for the life of this process; None when another runner has it.

    The descriptor closes on exec, so no child keeps a dead runner looking alive.
    """
    descriptor = os.open(phase_dir / phase_files.LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    for _ in range(TRIES):
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        time.sleep(TRY_SECONDS)
    os.close(descriptor)
    return None


def is_locked(phase_dir: Path) -> bool:
    """Whether a live runner holds the folder; asks for a shared lock, so that askers do not see each other."""
    try:
        descriptor = os.open(phase_dir / phase_files.LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
