"""Control of a runner: starts it so that nothing that happens to its starter can end it, reads its files and lock, asks
it to stop.

A runner is detached but stays a child while its starter lives: somebody has to collect its end, or it stays a zombie.
Every look at a runner collects, so a long-lived worker has at most one zombie per phase, and only until its next look
at any runner. When the worker dies first, init collects.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from workers.runner import phase_files, process_table, records, tree
from workers.runner.lock import is_locked
from workers.runner.records import ExitRecord, RunnerInfo, StopRequest
from workers.runner.spec import RunnerSpec, SpecInvalid, read_spec, spec_to_json

LOOK_SECONDS = 0.01
# Credentials and settings of the worker are none of the runner's business; a rank's environment is in the spec.
KEPT_VARIABLES = ("PATH", "HOME", "LANG", "TMPDIR")

_lock = threading.Lock()
_runners: list[subprocess.Popen[bytes]] = []


def is_alive(phase_dir: Path) -> bool:
    """Whether a runner holds the folder, by its lock: no pid can be mistaken, and none is needed.

    False also in the first moments of a runner: wait with `wait_until_up` before drawing conclusions.
    """
    collect()
    return is_locked(phase_dir)


def wait_until_up(phase_dir: Path, timeout_seconds: float) -> bool:
    """Wait until the ranks have been started or the phase has ended already; False when the time is over."""
    until = time.monotonic() + timeout_seconds
    while not _is_up(phase_dir):
        if time.monotonic() >= until:
            return False
        time.sleep(LOOK_SECONDS)
    collect()
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


def keep(runner: subprocess.Popen[bytes]) -> None:
    """Remember a runner until its end has been collected."""
    with _lock:
        _runners.append(runner)


def collect() -> None:
    """Collect the ends of runners that have ended; never waits."""
    with _lock:
        _runners[:] = [runner for runner in _runners if runner.poll() is None]


def write_spec(phase_dir: Path, spec: RunnerSpec) -> None:
    """Write spec.json, readable by this user only: an environment in it may hold a hub token."""
    phase_files.write_json(phase_dir / phase_files.SPEC, spec_to_json(spec))


def forget_environment(phase_dir: Path) -> None:
    """Take the environments out of spec.json, once nothing will be started by it: what ran is still told."""
    document = phase_files.read_json(phase_dir / phase_files.SPEC)
    if document is None:
        return
    processes = [{**process, "env": {}} for process in document.get("processes", ())]
    try:
        phase_files.write_json(phase_dir / phase_files.SPEC, {**document, "processes": processes})
    except OSError:  # a full disk: better nothing is told than a secret kept
        (phase_dir / phase_files.SPEC).unlink(missing_ok=True)


def forget_room(phase_dir: Path) -> None:
    """Give back the room that a killed runner had taken for its exit record."""
    (phase_dir / phase_files.RESERVED).unlink(missing_ok=True)


def start_runner(phase_dir: Path, python: str = sys.executable) -> int:
    """Start a runner on the phase folder, in a session of its own; returns its pid and does not wait for it.

    A second runner on the folder ends at once and changes nothing, so calling this again is safe.
    """
    collect()
    phase_dir = phase_dir.resolve()
    descriptor = os.open(phase_dir / phase_files.RUNNER_LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        runner = subprocess.Popen(
            # -P: nothing in the folder that it is started from can pose as a module.
            [python, "-P", "-m", "workers.runner", str(phase_dir)],
            env={name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ} | _marker(phase_dir),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    finally:
        os.close(descriptor)
    keep(runner)
    return runner.pid


def _marker(phase_dir: Path) -> dict[str, str]:
    """By which a runner is found whose folder was removed."""
    try:
        spec = read_spec(phase_dir)
    except SpecInvalid:
        return {}  # it will say so itself
    return {tree.RUNNER_MARKER: tree.marker_value(spec.job_id, spec.attempt)}


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
