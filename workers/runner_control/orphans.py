"""Orphans: ends what is left of an attempt and proves that nothing is; finds runners whose files may be gone."""

import os
import signal
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workers.runner import cgroups, process_table, remembered, tree
from workers.runner.cgroups import Group
from workers.runner.process_table import PROC, Process
from workers.runner.remembered import Remembered
from workers.runner_control.control import read_runner

LOOK_SECONDS = 0.01
# A look at the process table can miss a process that is just forked or just replaces its program.
EMPTY_LOOKS = 3


@dataclass(frozen=True, slots=True)
class Traces:
    """By what an attempt's processes can be found besides their markers: its control groups, what its runners saw."""

    groups: tuple[Group, ...]
    remembered: tuple[Remembered, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What is alive of an attempt at one moment; `doubtful` may be strangers that have a pid of its sessions."""

    members: tuple[Process, ...]
    runners: tuple[Process, ...]
    doubtful: frozenset[int]


def find_tree(job_id: str, attempt: int) -> list[int]:
    """Pids of the attempt's living processes: those that carry its marker, and their descendants; never this one."""
    table = process_table.snapshot()
    roots = tree.marked(table, job_id, attempt)
    return [process.pid for process in _living(table, roots | tree.descendants(table, roots))]


def kill_tree(job_id: str, attempt: int, timeout_seconds: float, phase_dirs: Iterable[Path] = ()) -> bool:
    """KILL all that belongs to the attempt until several looks in a row find nothing; False: not so in this time.

    Its processes are found by their control group, by the marker and by what the runners of these phases remembered. A
    runner goes last: as long as it lives, whatever its tree leaves behind comes to it. One that should end its phase
    by itself has to be asked first, and given its time.
    """
    traces = _traces(job_id, attempt, phase_dirs)
    until = time.monotonic() + timeout_seconds
    empty_looks = 0
    while True:
        found = _find(job_id, attempt, traces)
        anything = _kill(found, traces.groups)
        empty_looks = 0 if anything else empty_looks + 1
        if empty_looks >= EMPTY_LOOKS:
            _remove(traces.groups)
            return True
        if time.monotonic() >= until:
            return False
        time.sleep(LOOK_SECONDS)


def _traces(job_id: str, attempt: int, phase_dirs: Iterable[Path]) -> Traces:
    name = cgroups.group_name(job_id, attempt)
    groups = {group.path for group in cgroups.known(name)}
    seen = []
    for phase_dir in phase_dirs:
        started = read_runner(phase_dir)
        # A rank can write here, too: no other group is ever killed because of what a file says.
        if started is not None and Path(started.cgroup).name == name:
            groups.add(Path(started.cgroup))
        if (of_phase := remembered.read(phase_dir)) is not None:
            seen.append(of_phase)
    return Traces(tuple(Group(path) for path in sorted(groups)), tuple(seen))


def _find(job_id: str, attempt: int, traces: Traces) -> Found:
    table = process_table.snapshot()
    runners = tree.marked(table, job_id, attempt, tree.RUNNER_MARKER)
    roots = tree.marked(table, job_id, attempt) | tree.grouped(table, cgroups.group_name(job_id, attempt)) | runners
    doubtful: set[int] = set()
    for of_phase in traces.remembered:
        own, unclear = remembered.living(of_phase, table)
        roots |= own
        doubtful |= unclear
    members = roots | tree.descendants(table, roots)
    return Found(
        members=tuple(_living(table, members - runners)),
        runners=tuple(_living(table, runners)),
        doubtful=frozenset(process.pid for process in _living(table, doubtful - members)),
    )


def _kill(found: Found, groups: Sequence[Group]) -> bool:
    """KILL it, runners only when nothing else is left; whether there was anything."""
    full = [group for group in groups if not cgroups.is_empty(group)]
    for group in full:
        cgroups.kill(group)
    for process in found.members or (() if full else found.runners):
        process_table.signal_exactly(process.pid, process.start_ticks, signal.SIGKILL)
    return bool(full or found.members or found.runners or found.doubtful)


def _remove(groups: Iterable[Group]) -> None:
    for group in groups:
        cgroups.remove(group)


def _living(table: Mapping[int, Process], pids: Iterable[int]) -> list[Process]:
    return [table[pid] for pid in sorted(set(pids) - {os.getpid()}) if pid in table and table[pid].alive]


def strays_below(folder: Path) -> list[Path]:
    """The phase folders, there or not, below this one that a living runner was started on."""
    started = (_phase_dir(pid) for pid in process_table.snapshot())
    return sorted({path for path in started if path is not None and path.is_relative_to(folder.resolve())})


def _phase_dir(pid: int) -> Path | None:
    try:
        argv = (PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
    if b"workers.runner" not in argv[1:-2]:
        return None
    return Path(argv[-2].decode(errors="surrogateescape"))
