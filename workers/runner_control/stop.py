"""Asking a runner to end its phase."""

import signal
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from workers.runner import phase_files, process_table
from workers.runner.records import StopRequest
from workers.runner_control.watch import is_alive, read_runner


def request_stop(phase_dir: Path, reason: str, grace_seconds: float) -> None:
    """Leave the wish in the folder, and wake the runner if it is there; does not wait for the end.

    The wish holds for a runner that is only starting, too. A second one can shorten the grace, not lengthen it. Where
    it cannot be written (a full disk) the signal alone has to do: the runner then takes the grace of its spec.
    """
    with suppress(OSError):
        phase_files.write_json(phase_dir / phase_files.STOP, asdict(StopRequest(reason, grace_seconds)))
    info = read_runner(phase_dir)
    if info is not None and info.boot_id == process_table.boot_id() and is_alive(phase_dir):
        process_table.signal_exactly(info.pid, info.start_ticks, signal.SIGTERM)


def stop_was_requested(phase_dir: Path) -> bool:
    """Whether somebody left the wish in the folder."""
    return (phase_dir / phase_files.STOP).exists()
