"""All processes of this machine at one moment, and signals that cannot hit a process that reused a pid."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
BOOT_ID = PROC / "sys/kernel/random/boot_id"
PS_COLUMNS = "pid=,ppid=,stat=,lstart="
# PF_KTHREAD of the kernel's sched.h: a big host has a thousand of them, and none is anybody's child.
KERNEL_THREAD = 0x00200000


@dataclass(frozen=True, slots=True)
class Process:
    """One process; `start_ticks` is field 22 of /proc/<pid>/stat, or seconds where there is no /proc.

    `session` is the pid of the process that began it, which may be long gone; 0 where it is not known.
    """

    pid: int
    parent: int
    start_ticks: int
    alive: bool
    session: int = 0


def boot_id() -> str:
    """Names this boot of the machine: pids and start times say nothing across boots. Empty where there is none."""
    try:
        return BOOT_ID.read_text().strip()
    except OSError:
        return ""


def snapshot() -> dict[int, Process]:
    """Every process by pid, zombies included, threads of the kernel not."""
    return _from_proc() if BOOT_ID.exists() else _from_ps()


def find(pid: int) -> Process | None:
    """The process that has this pid now."""
    return _read(pid) if BOOT_ID.exists() else _from_ps().get(pid)


def signal_exactly(pid: int, start_ticks: int, number: signal.Signals) -> bool:
    """Signal the process only if it is still the one that started then; says whether it was."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    except (AttributeError, OSError):
        return _signal_by_pid(pid, start_ticks, number)
    try:
        # The descriptor pins the process, so the look at its start time cannot go stale before the signal.
        process = find(pid)
        if process is None or process.start_ticks != start_ticks:
            return False
        signal.pidfd_send_signal(descriptor, number)
    except ProcessLookupError:
        return False
    finally:
        os.close(descriptor)
    return True


def _signal_by_pid(pid: int, start_ticks: int, number: signal.Signals) -> bool:
    process = find(pid)
    if process is None or process.start_ticks != start_ticks:
        return False
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _from_proc() -> dict[int, Process]:
    found = (_read(int(name)) for name in os.listdir(PROC) if name.isdigit())  # noqa: PTH208 - names, not paths
    return {process.pid: process for process in found if process}


def _read(pid: int) -> Process | None:
    try:
        with open(f"{PROC}/{pid}/stat", "rb") as file:  # noqa: PTH123 - a third of the time of a Path, for each process
            line = file.read()
    except OSError:
        return None
    # The name stands in parentheses and may hold anything, parentheses too.
    fields = line[line.rindex(b")") + 2 :].split()
    if int(fields[6]) & KERNEL_THREAD:
        return None
    # A process whose first thread has ended is a zombie to ps while its other threads still hold memory and GPUs.
    dead = fields[0] in (b"Z", b"X") and int(fields[17]) <= 1
    return Process(pid, int(fields[1]), int(fields[19]), not dead, int(fields[3]))


def _from_ps() -> dict[int, Process]:
    """The same from ps, for systems without /proc."""
    command = ["/bin/ps", "-A", "-o", PS_COLUMNS]
    listing = subprocess.run(command, capture_output=True, text=True, check=True, env={"LC_ALL": "C"}).stdout
    processes = {}
    for line in listing.splitlines():
        with suppress(ValueError):
            pid, parent, state, started = line.split(None, 3)
            ticks = int(time.mktime(time.strptime(started, "%a %b %d %H:%M:%S %Y")))
            processes[int(pid)] = Process(int(pid), int(parent), ticks, state[0] != "Z", _session(int(pid)))
    return processes


def _session(pid: int) -> int:
    """Asked of the system: ps has no column for it that means the same everywhere."""
    try:
        return os.getsid(pid)
    except OSError:
        return 0
