"""Writing a phase's spec, and starting its runner so that nothing that happens to the starter can end it."""

import os
import subprocess
import sys
from pathlib import Path

from workers.runner import phase_files, tree
from workers.runner.spec import RunnerSpec, SpecInvalid, read_spec, spec_to_json
from workers.runner_control import children

# Credentials and settings of the worker are none of the runner's business; a rank's environment is in the spec.
KEPT_VARIABLES = ("PATH", "HOME", "LANG", "TMPDIR")


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
    children.collect()
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
    children.keep(runner)
    return runner.pid


def _marker(phase_dir: Path) -> dict[str, str]:
    """By which a runner is found whose folder was removed."""
    try:
        spec = read_spec(phase_dir)
    except SpecInvalid:
        return {}  # it will say so itself
    return {tree.RUNNER_MARKER: tree.marker_value(spec.job_id, spec.attempt)}
