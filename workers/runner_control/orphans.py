"""Ending what is left of an attempt whose runner was killed, and proving that nothing is."""

import os
import signal
import time

from workers.runner import process_table, tree

LOOK_SECONDS = 0.02
# A look at the process table can miss a process that is just forked or just replaces its program.
EMPTY_LOOKS = 3


def find_tree(job_id: str, attempt: int) -> list[int]:
    """Pids of the attempt's living processes: those that carry its marker, and their descendants; never this one."""
    return [process.pid for process in _living(job_id, attempt)]


def kill_tree(job_id: str, attempt: int, timeout_seconds: float) -> bool:
    """KILL the attempt's processes until several looks in a row find none; False when the time is over before that.

    For a runner that is gone: a live one clears up by itself, and more exactly.
    """
    until = time.monotonic() + timeout_seconds
    empty_looks = 0
    while empty_looks < EMPTY_LOOKS:
        living = _living(job_id, attempt)
        for process in living:
            process_table.signal_exactly(process.pid, process.start_ticks, signal.SIGKILL)
        empty_looks = 0 if living else empty_looks + 1
        if time.monotonic() >= until:
            return empty_looks >= EMPTY_LOOKS
        time.sleep(LOOK_SECONDS)
    return True


def _living(job_id: str, attempt: int) -> list[process_table.Process]:
    table = process_table.snapshot()
    roots = tree.marked(table, job_id, attempt)
    pids = (roots | tree.descendants(table, roots)) - {os.getpid()}
    return [table[pid] for pid in sorted(pids) if table[pid].alive]
