"""What a runner's files and its lock tell about it."""

import time
from pathlib import Path

from workers.runner import phase_files, records
from workers.runner.lock import is_locked
from workers.runner.records import ExitRecord, RunnerInfo
from workers.runner_control import children

LOOK_SECONDS = 0.01


def is_alive(phase_dir: Path) -> bool:
    """Whether a runner holds the folder, by its lock: no pid can be mistaken, and none is needed.

    False also in the first moments of a runner: wait with `wait_until_up` before drawing conclusions.
    """
    children.collect()
    return is_locked(phase_dir)


def wait_until_up(phase_dir: Path, timeout_seconds: float) -> bool:
    """Wait until the ranks have been started or the phase has ended already; False when the time is over."""
    until = time.monotonic() + timeout_seconds
    while not _is_up(phase_dir):
        if time.monotonic() >= until:
            return False
        time.sleep(LOOK_SECONDS)
    children.collect()
    return True


def read_runner(phase_dir: Path) -> RunnerInfo | None:
    """Who runs the phase; None before it is about to start its ranks, or when the file is torn."""
    document = phase_files.read_json(phase_dir / phase_files.RUNNER)
    return None if document is None else records.runner_from_json(document)


def read_exit(phase_dir: Path) -> ExitRecord | None:
    """How the phase ended; None while it has not, or when the file is torn."""
    document = phase_files.read_json(phase_dir / phase_files.EXIT)
    return None if document is None else records.exit_from_json(document)


def _is_up(phase_dir: Path) -> bool:
    started = read_runner(phase_dir)
    return bool(started and started.processes) or (phase_dir / phase_files.EXIT).exists()
