"""The sweep: ending whatever is left of the attempt's tree, and proving that nothing is."""

import os
import signal
import time
from dataclasses import dataclass

from workers.runner import cgroups, process_table, ranks, tree, wakeup
from workers.runner.cgroups import Group
from workers.runner.ranks import Ranks
from workers.runner.spec import RunnerSpec

# Helpers of a rank that ended by itself clean up after it (shared memory, caches); they get this long to do so.
LEFTOVER_SECONDS = 1.0
# A process that KILL does not end in this time hangs in the kernel.
KILL_SECONDS = 30.0
LOOK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Swept:
    """How many processes other than ranks had to be killed, and whether nothing is left."""

    killed_leftovers: int
    tree_empty: bool


def sweep(group: Ranks, spec: RunnerSpec, cgroup: Group | None, reader: int, patience_seconds: float) -> Swept:
    """Wait this long for the tree to end by itself, then KILL all of it until nothing is left.

    Empty means: this process, adopter of every orphan, has no child, the control group is empty, and no process carries
    the marker. The first two are exact where the kernel knows them; a look at the process table alone can miss a child
    that is just forked.
    """
    killed: set[tuple[int, int]] = set()
    kill_at = time.monotonic() + patience_seconds
    give_up_at = kill_at + KILL_SECONDS
    while True:
        has_children = ranks.reap(group)
        left = _members(spec)
        if not left and not has_children and (cgroup is None or cgroups.is_empty(cgroup)):
            return Swept(len(killed), True)
        if time.monotonic() >= give_up_at:
            return Swept(len(killed), False)
        if time.monotonic() >= kill_at:
            killed |= _kill(left, group)
            if cgroup is not None:
                cgroups.kill(cgroup)
        wakeup.wait(reader, LOOK_SECONDS)


def _members(spec: RunnerSpec) -> list[process_table.Process]:
    table = process_table.snapshot()
    own = os.getpid()
    name = cgroups.group_name(spec.job_id, spec.attempt)
    pids = tree.descendants(table, {own}) | tree.marked(table, spec.job_id, spec.attempt) | tree.grouped(table, name)
    return [table[pid] for pid in sorted(pids - {own}) if table[pid].alive]


def _kill(members: list[process_table.Process], group: Ranks) -> set[tuple[int, int]]:
    """KILL them; returns those that are no ranks."""
    for process in members:
        process_table.signal_exactly(process.pid, process.start_ticks, signal.SIGKILL)
    return {(process.pid, process.start_ticks) for process in members if process.pid not in group.handles}
