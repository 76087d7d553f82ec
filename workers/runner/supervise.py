"""Supervises one phase, from the start of its ranks to the proof that nothing of them is left."""

import math
import os
import signal
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workers.runner import ending, phase_files, process_table, ranks, records, remembered, sweep, wakeup
from workers.runner.cgroups import Group
from workers.runner.ending import Ending
from workers.runner.log_space import LogSpace
from workers.runner.ranks import Ranks, StartFailed
from workers.runner.records import ExitRecord, RunnerInfo, StopRequest
from workers.runner.remembered import Watch
from workers.runner.spec import RunnerSpec
from workers.runner.sweep import Swept

LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class RunningPhase:
    """What stays the same while a phase runs; `started` is of the monotonic clock, `reader` the wake-up pipe.

    There is a `cgroup`, or a `watch` that remembers what would be in it.
    """

    folder: Path
    spec: RunnerSpec
    reader: int
    started: float
    started_at: datetime
    note: str
    logs: LogSpace
    cgroup: Group | None = None
    watch: Watch | None = None


def supervise(phase: RunningPhase) -> ExitRecord:
    """Run the phase to its end. Starts nothing when the wish to stop was there first."""
    group = Ranks()
    stop = wanted_stop(phase, b"")
    if stop is not None:
        return _record(phase, group, Ending(records.STOPPED, 0.0, stop.reason), Swept(0, True))
    try:
        # Before the first rank: whoever finds this runner killed knows where to look.
        _say_who_runs(phase, group, lasting=False)
        ranks.start(group, phase.spec, phase.cgroup)
        _say_who_runs(phase, group)
    except (StartFailed, OSError) as exc:
        why = Ending(records.START_FAILED, 0.0, error=str(exc))
    else:
        why = follow(phase, group)
    swept = _clear(phase, group, why)
    if swept.tree_empty:
        phase.logs.give_back()
    return _record(phase, group, why, swept)


def follow(phase: RunningPhase, group: Ranks) -> Ending:
    """Wait until all ranks have ended, or until those that were told to have used up their grace."""
    why: Ending | None = None
    signals = b""
    while True:
        ranks.reap(group)
        if phase.watch is not None:
            phase.watch.look()
        phase.logs.look()
        if not group.running:
            return why or Ending(records.EXITED, math.inf)
        now = time.monotonic()
        stop = wanted_stop(phase, signals)
        if why is None:
            why = ending.why_end(phase.spec, group.ended, stop, phase.started, now)
            if why is not None:
                ranks.terminate(group)
        elif stop is not None:
            why = ending.hurry(why, stop, now)
        if why is not None and now >= why.kill_at:
            return why
        signals = wakeup.wait(phase.reader, _patience(phase, why, now))


def wanted_stop(phase: RunningPhase, signals: bytes) -> StopRequest | None:
    """The wish to stop: stop.json, or a TERM among these signals."""
    path = phase.folder / phase_files.STOP
    if path.exists():
        return records.stop_from_json(phase_files.read_json(path), phase.spec.grace_seconds)
    if signal.SIGTERM in signals:
        return StopRequest(records.REASON_SIGTERM, phase.spec.grace_seconds)
    return None


def _patience(phase: RunningPhase, why: Ending | None, now: float) -> float:
    """How long to sleep at most: signals wake, stop.json and deadlines have to be looked at."""
    limit = phase.spec.time_limit_seconds
    deadline = why.kill_at if why else now + LOOK_SECONDS if limit is None else phase.started + limit
    look_seconds = LOOK_SECONDS if phase.watch is None else remembered.LOOK_SECONDS
    return min(look_seconds, deadline - now)


def _clear(phase: RunningPhase, group: Ranks, why: Ending) -> Swept:
    """What the ranks leave behind gets a moment to clean up, but no more than is left of the ranks' own grace."""
    patience = min(sweep.LEFTOVER_SECONDS, why.kill_at - time.monotonic())
    return sweep.sweep(group, phase.spec, phase.cgroup, phase.reader, max(0.0, patience))


def _say_who_runs(phase: RunningPhase, group: Ranks, *, lasting: bool = True) -> None:
    document = records.runner_to_json(_info(phase, group))
    phase_files.write_json(phase.folder / phase_files.RUNNER, document, lasting=lasting)


def _info(phase: RunningPhase, group: Ranks) -> RunnerInfo:
    own = process_table.find(os.getpid())
    return RunnerInfo(
        pid=os.getpid(),
        start_ticks=own.start_ticks if own else 0,
        boot_id=process_table.boot_id(),
        started_at=phase.started_at,
        processes=ranks.processes(group),
        note=phase.note,
        cgroup=str(phase.cgroup.path) if phase.cgroup else "",
    )


def _record(phase: RunningPhase, group: Ranks, why: Ending, swept: Swept) -> ExitRecord:
    failure = ending.first_failure(group.ended)
    unending = next(iter(group.running.values()), None)
    error = why.error
    if unending is not None:
        # KILL was sent and did not end it: whatever the others say, this is no success.
        error = f"rank {unending.rank} could not be killed. {error}".rstrip()
    culprit = failure.rank if failure else unending.rank if unending else None
    return ExitRecord(
        outcome=why.outcome,
        started_at=phase.started_at,
        ended_at=records.now(),
        reason=why.reason,
        exit_code=failure.code if failure else -signal.SIGKILL if unending else 0,
        failed_rank=culprit,
        exit_codes=ranks.exit_codes(group.ended),
        killed_leftovers=swept.killed_leftovers,
        tree_empty=swept.tree_empty,
        error=error,
    )
