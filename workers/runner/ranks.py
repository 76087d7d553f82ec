"""The rank processes: starting them, signalling them, collecting how they ended."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from workers.runner import kernel, process_table, tree
from workers.runner.cgroups import Group
from workers.runner.ending import RankEnd
from workers.runner.records import RankProcess
from workers.runner.spec import ProcessSpec, RunnerSpec


class StartFailed(Exception):
    """A rank could not be started; the text names the rank and the cause."""


@dataclass(slots=True)
class Ranks:
    """The ranks by pid while they run, and their ends in order of time.

    The Popen objects are kept because one that is dropped would collect its child by itself and lose the exit code.
    """

    running: dict[int, RankProcess] = field(default_factory=dict)
    ended: list[RankEnd] = field(default_factory=list)
    handles: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)


def start(ranks: Ranks, spec: RunnerSpec, group: Group | None) -> None:
    """Start every rank of the spec, in order, in the group; raises StartFailed and leaves what was started running."""
    marker = {tree.MARKER: tree.marker_value(spec.job_id, spec.attempt)}
    for process in spec.processes:
        try:
            handle = _spawn(process, process.env | marker, group)
        except (OSError, ValueError, subprocess.SubprocessError) as exc:
            raise StartFailed(f"rank {process.rank}: {exc}") from exc
        found = process_table.find(handle.pid)
        ranks.handles[handle.pid] = handle
        ranks.running[handle.pid] = RankProcess(process.rank, handle.pid, found.start_ticks if found else 0)


def terminate(ranks: Ranks) -> None:
    """TERM to the ranks' own pids only: a data loader that gets one would spoil the trainer's last checkpoint.

    CONT lets a rank that somebody had paused see it. A child that was not collected yet keeps its pid, so none of
    these signals can hit a stranger.
    """
    for pid in ranks.running:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGTERM)
            os.kill(pid, signal.SIGCONT)


def reap(ranks: Ranks) -> bool:
    """Collect every child that ended, adopted orphans too; says whether this process still has children."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if pid == 0:
            return True
        rank = ranks.running.pop(pid, None)
        if rank is not None:
            code = os.waitstatus_to_exitcode(status)
            ranks.handles[pid].returncode = code
            ranks.ended.append(RankEnd(rank.rank, code, time.monotonic()))


def processes(ranks: Ranks) -> tuple[RankProcess, ...]:
    """The ranks that run."""
    return tuple(ranks.running.values())


def exit_codes(ended: Sequence[RankEnd]) -> dict[int, int]:
    return {end.rank: end.code for end in ended}


def _spawn(process: ProcessSpec, env: dict[str, str], group: Group | None) -> subprocess.Popen[bytes]:
    # An earlier phase may have left a FIFO there, which would keep the runner until somebody reads from it.
    log = os.open(process.log_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC, 0o640)
    try:
        return subprocess.Popen(
            process.argv,
            env=env,
            cwd=process.cwd,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=partial(kernel.prepare_rank, os.getpid(), group),  # noqa: PLW1509 - a runner has one thread
        )
    finally:
        os.close(log)
