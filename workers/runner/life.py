"""The life of a runner: one lock, one phase, one exit record."""

import sys
import time
from dataclasses import replace
from pathlib import Path

from workers.runner import kernel, lock, memory_events, phase_files, records, spec, supervise, wakeup
from workers.runner.records import ExitRecord

DONE = 0
USAGE = 2
ALREADY_RUNNING = 3
ALREADY_STARTED = 4

# A full disk must not lose the result of a week of training: somebody may make room.
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
    before = memory_events.oom_kills()
    record = _run_phase(phase_dir)
    oom_killed = memory_events.rose(before, memory_events.oom_kills())
    _write_exit(phase_dir, replace(record, oom_killed=oom_killed))
    return DONE


def _run_phase(phase_dir: Path) -> ExitRecord:
    started_at = records.now()
    started = time.monotonic()
    reader = wakeup.listen()
    note = kernel.become_subreaper()
    try:
        wanted = spec.read_spec(phase_dir)
    except spec.SpecInvalid as exc:
        return ExitRecord(records.START_FAILED, started_at, records.now(), tree_empty=True, error=str(exc))
    return supervise.supervise(supervise.Phase(phase_dir, wanted, reader, started, started_at, note))


def _write_exit(phase_dir: Path, record: ExitRecord) -> None:
    for remaining in reversed(range(RECORD_TRIES)):
        try:
            phase_files.write_json(phase_dir / phase_files.EXIT, records.exit_to_json(record))
        except OSError as exc:
            if not remaining:
                raise
            print(f"{phase_files.EXIT} cannot be written, trying again: {exc}", file=sys.stderr, flush=True)
            time.sleep(RECORD_SECONDS)
        else:
            return
