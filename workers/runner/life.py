"""The life of a runner: one lock, one phase, one exit record."""

import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from workers.runner import (
    cgroups,
    kernel,
    lock,
    log_space,
    memory_events,
    phase_files,
    records,
    reserve,
    spec,
    supervise,
    wakeup,
)
from workers.runner.cgroups import Group
from workers.runner.records import ExitRecord
from workers.runner.remembered import Watch
from workers.runner.spec import RunnerSpec
from workers.runner.supervise import RunningPhase
from workers.runner.sweep import KILL_SECONDS

DONE = 0
USAGE = 2
ALREADY_RUNNING = 3
ALREADY_STARTED = 4

# More than any exit record has.
RECORD_BYTES = 64 * 1024
# Where even the room that was taken at the start cannot be written: the disk may come back.
RECORD_TRIES = 600
RECORD_SECONDS = 1.0


def run(phase_dir: Path) -> int:
    """Run the phase unless it has a live runner, has ended, or was started before by a runner that died.

    The last one is never repeated here: a new attempt gets a new folder.
    """
    held = lock.take_lock(phase_dir)
    if held is None:
        return ALREADY_RUNNING
    if (phase_dir / phase_files.EXIT).exists():
        return DONE
    if (phase_dir / phase_files.RUNNER).exists():
        return ALREADY_STARTED
    _write_exit(phase_dir, _reserve(phase_dir) or _run_phase(phase_dir))
    return DONE


def _reserve(phase_dir: Path) -> ExitRecord | None:
    """Take the room for the exit record; how the phase ends when there is none: better now than after a week."""
    now = records.now()
    try:
        reserve.reserve(phase_dir / phase_files.RESERVED, RECORD_BYTES)
    except OSError as exc:
        return ExitRecord(records.START_FAILED, now, now, tree_empty=True, error=f"no room for its exit record: {exc}")
    return None


def _run_phase(phase_dir: Path) -> ExitRecord:
    started_at = records.now()
    started = time.monotonic()
    reader = wakeup.listen()
    note = kernel.become_subreaper()
    try:
        wanted = spec.read_spec(phase_dir)
    except spec.SpecInvalid as exc:
        return ExitRecord(records.START_FAILED, started_at, records.now(), tree_empty=True, error=str(exc))
    logs = log_space.LogSpace([process.log_path for process in wanted.processes], wanted.log_max_bytes)
    phase = RunningPhase(phase_dir, wanted, reader, started, started_at, note, logs)
    cgroup, why_none = _cgroup(wanted)
    if cgroup is None:
        lacks = "; ".join(text for text in (note, why_none) if text)
        return _counting_oom_kills(replace(phase, note=lacks, watch=Watch(phase_dir)))
    try:
        if not cgroups.clear(cgroup, KILL_SECONDS):
            error = f"processes of an earlier start do not die: {cgroups.members(cgroup)}"
            return ExitRecord(records.START_FAILED, started_at, records.now(), tree_empty=False, error=error)
        return _counting_oom_kills(replace(phase, cgroup=cgroup))
    finally:
        cgroups.remove(cgroup)


def _cgroup(wanted: RunnerSpec) -> tuple[Group | None, str]:
    """The attempt's control group, or why there is none."""
    if not wanted.cgroups:
        return None, ""
    return cgroups.make(cgroups.group_name(wanted.job_id, wanted.attempt), wanted.cgroups)


def _counting_oom_kills(phase: RunningPhase) -> ExitRecord:
    counter = memory_events.counter(phase.cgroup.path if phase.cgroup else None)
    before = memory_events.oom_kills(counter)
    record = supervise.supervise(phase)
    return replace(record, oom_killed=memory_events.rose(before, memory_events.oom_kills(counter)))


def _write_exit(phase_dir: Path, record: ExitRecord) -> None:
    """Waits for room. Without its folder there is nobody to tell: whoever misses it looks for the processes."""
    reserved = phase_dir / phase_files.RESERVED
    for remaining in reversed(range(RECORD_TRIES)):
        try:
            phase_files.write_json(phase_dir / phase_files.EXIT, records.exit_to_json(record), reserved)
        except OSError as exc:
            if not remaining or not phase_dir.is_dir():
                raise
            _tell(f"{phase_files.EXIT} cannot be written, trying again: {exc}")
            time.sleep(RECORD_SECONDS)
        else:
            reserved.unlink(missing_ok=True)
            return


def _tell(line: str) -> None:
    """Into runner.log, which is on the same disk: what cannot be told there is not worth the record."""
    with suppress(OSError):
        print(line, file=sys.stderr, flush=True)
