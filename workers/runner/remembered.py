"""Remembered processes: what lived below a runner when it last looked, on disk, for a node on which no control group is
to be had.

A killed runner takes with it the knowledge who descends from it. What it remembered is still found afterwards: its
processes by pid and start, their later children by descent, and what these left behind by its session.
"""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workers.runner import phase_files, process_table, tree
from workers.runner.process_table import PROC, Process

LOOK_SECONDS = 0.05
# A look at all processes may take this part of the runner's time at most.
SHARE = 0.03
PID_MAX = 32768


@dataclass(frozen=True, slots=True)
class Remembered:
    """Processes and sessions as pairs of pid and start; a session's start is 0 when its first process was gone.

    `forks` counts those of the whole machine since its boot: while fewer than there are pids came after, no pid of a
    session can have become another's.
    """

    boot_id: str = ""
    forks: int = 0
    processes: frozenset[tuple[int, int]] = frozenset()
    sessions: frozenset[tuple[int, int]] = frozenset()


@dataclass(slots=True)
class Watch:
    """Looks at the tree below this process whenever the machine has started a process, but only so often."""

    phase_dir: Path
    seen: Remembered = field(default_factory=Remembered)
    newest_pid: bytes = b""
    next_look_at: float = 0.0

    def look(self) -> None:
        """Remember who lives below this process now, if that may be others than before."""
        started = time.monotonic()
        newest = _newest_pid()
        if started < self.next_look_at or (newest and newest == self.newest_pid):
            return
        self._remember(below(process_table.snapshot(), os.getpid()))
        self.newest_pid = newest
        self.next_look_at = time.monotonic() + max(LOOK_SECONDS, (time.monotonic() - started) / SHARE)

    def _remember(self, fresh: Remembered) -> None:
        known = (self.seen.processes, self.seen.sessions)
        if known == (fresh.processes, fresh.sessions) and fresh.forks - self.seen.forks < _pid_max() // 4:
            return
        with suppress(OSError):  # a full disk: what was written before still helps, and the next look tries again
            phase_files.write_json(self.phase_dir / phase_files.REMEMBERED, _to_json(fresh), lasting=False)
            self.seen = fresh


def below(table: Mapping[int, Process], root: int) -> Remembered:
    """All that lives below this process, as it will be remembered."""
    living = [table[pid] for pid in tree.descendants(table, {root}) if table[pid].alive]
    own_session = table[root].session if root in table else 0
    sessions = {process.session for process in living} - {0, own_session}
    return Remembered(
        boot_id=process_table.boot_id(),
        forks=_forks(),
        processes=frozenset((process.pid, process.start_ticks) for process in living),
        sessions=frozenset((sid, table[sid].start_ticks if sid in table else 0) for sid in sessions),
    )


def read(phase_dir: Path) -> Remembered | None:
    """What a runner of this boot remembered in this phase's folder."""
    document = phase_files.read_json(phase_dir / phase_files.REMEMBERED)
    remembered = _from_json(document) if document else None
    return remembered if remembered and remembered.boot_id == process_table.boot_id() else None


def living(remembered: Remembered, table: Mapping[int, Process]) -> tuple[set[int], set[int]]:
    """Pids of what is remembered and alive, then of what might be but cannot be told from strangers any more."""
    own = {pid for pid, ticks in remembered.processes if pid in table and table[pid].start_ticks == ticks}
    doubtful: set[int] = set()
    no_pid_came_twice = 0 < _forks() < remembered.forks + _pid_max() // 2
    for session, ticks in remembered.sessions:
        first = table.get(session)
        if first is not None and first.start_ticks != ticks:
            continue  # another has its pid by now: nobody was left in it
        members = {process.pid for process in table.values() if process.session == session}
        if first is not None or own & members or no_pid_came_twice:
            own |= members
        else:
            doubtful |= members
    return own, doubtful - own


def _to_json(remembered: Remembered) -> dict[str, Any]:
    pairs = {name: sorted(getattr(remembered, name)) for name in ("processes", "sessions")}
    return asdict(remembered) | pairs


def _from_json(document: dict[str, Any]) -> Remembered | None:
    try:
        pairs = {name: frozenset((int(a), int(b)) for a, b in document[name]) for name in ("processes", "sessions")}
        return Remembered(str(document["boot_id"]), int(document["forks"]), **pairs)
    except (KeyError, TypeError, ValueError):
        return None


def _newest_pid() -> bytes:
    """Changes with each process and thread that is started; empty where the system does not tell."""
    try:
        return (PROC / "loadavg").read_bytes().split()[-1]
    except (OSError, IndexError):
        return b""


def _forks() -> int:
    try:
        lines = (PROC / "stat").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("processes "))
    except (OSError, StopIteration, ValueError):
        return 0


def _pid_max() -> int:
    try:
        return int((PROC / "sys/kernel/pid_max").read_text())
    except (OSError, ValueError):
        return PID_MAX
