"""Control groups (cgroups): what is put into one cannot leave it by a fork, a session or an environment of its own.

Version 2 where this process may make a group below its own (root, or delegated), otherwise the freezer of version 1.
"""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from workers.runner import process_table
from workers.runner.cgroup_folders import KINDS, folders

FREEZE_SECONDS = 1.0
LOOK_SECONDS = 0.01
REMOVE_TRIES = 20
PREFIX = "swt-"
STALE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Group:
    """The folder of one control group."""

    path: Path

    @property
    def is_v1(self) -> bool:
        return (self.path / "freezer.state").exists()


def group_name(job_id: str, attempt: int) -> str:
    """The name of an attempt's group, the same for whoever looks for it."""
    return f"{PREFIX}{job_id}-{attempt}"


def make(name: str, kinds: Sequence[str] = KINDS) -> tuple[Group | None, str]:
    """A group of this name below this process's own, or why there is none. One that is there is taken as it is."""
    refused = []
    for kind, parent in folders():
        if kind not in kinds:
            continue
        group = Group(parent / name)
        try:
            group.path.mkdir(exist_ok=True)
            _try_to_enter(group)
        except OSError as exc:
            remove(group)
            refused.append(f"{kind}: {exc.strerror}")
        else:
            return group, ""
    return None, f"no control group ({', '.join(refused) or 'none here'})"


def known(name: str) -> list[Group]:
    """The groups of this name that are there, below this process's own."""
    return [Group(parent / name) for _, parent in folders() if (parent / name).is_dir()]


def enter(group: Group) -> None:
    """Move this process into the group: before it starts anything, so that all of it stays inside."""
    _write(group.path / "cgroup.procs", "0")


def is_empty(group: Group) -> bool:
    """Whether nothing of it is alive: the kernel's own word, which no fork can outrun."""
    try:
        if group.is_v1:
            return not members(group)
        return "populated 0" in (group.path / "cgroup.events").read_text().splitlines()
    except OSError:
        return not group.path.exists()  # it was removed while it was read


def members(group: Group) -> list[int]:
    """Pids of the processes in it and in groups that these made below it."""
    found: list[int] = []
    for folder in _folders(group.path):
        with suppress(OSError):
            found += [int(line) for line in (folder / "cgroup.procs").read_text().split()]
    return found


def kill(group: Group) -> None:
    """KILL all of it at once. What a signal cannot end at once is there still: ask `is_empty`."""
    if group.is_v1:
        _kill_frozen(group)
        return
    try:
        _write(group.path / "cgroup.kill", "1")
    except OSError:  # before Linux 5.14, or gone
        _kill_members(group)


def clear(group: Group, timeout_seconds: float) -> bool:
    """KILL all of it until nothing is left; False when the time is over before that."""
    until = time.monotonic() + timeout_seconds
    while not is_empty(group):
        if time.monotonic() >= until:
            return False
        kill(group)
        time.sleep(LOOK_SECONDS)
    return True


def remove(group: Group) -> None:
    """Remove the folder, and those below it, if nothing is in them."""
    for _ in range(REMOVE_TRIES):
        for folder in reversed(list(_folders(group.path))):
            with suppress(OSError):
                folder.rmdir()
        if not group.path.exists() or not is_empty(group):
            return
        time.sleep(LOOK_SECONDS)  # the kernel lets go of the last process a moment after it has ended


def remove_stale() -> None:
    """Remove empty groups that nobody came back for: of attempts whose files were removed after their runner died.

    A fresh one may be empty because its first rank is about to enter.
    """
    for _, parent in folders():
        for path in parent.glob(f"{PREFIX}*"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > STALE_SECONDS and is_empty(Group(path)):
                    remove(Group(path))


def _try_to_enter(group: Group) -> None:
    """Raises OSError when a process of this user cannot be moved there; a folder can be made in more places."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            enter(group)
            code = 0
        except OSError as exc:
            code = exc.errno or 1
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code:
        raise OSError(code, os.strerror(code) if code > 0 else "a process that entered it was killed")


def _kill_frozen(group: Group) -> None:
    """Frozen, no member can fork or end, so no pid of these can become another's before its signal."""
    state = group.path / "freezer.state"
    try:
        _write(state, "FROZEN")
        until = time.monotonic() + FREEZE_SECONDS
        while state.read_text().strip() != "FROZEN" and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
        _kill_members(group)
    except OSError:
        _kill_members(group)
    finally:
        with suppress(OSError):
            _write(state, "THAWED")


def _kill_members(group: Group) -> None:
    for pid in members(group):
        process = process_table.find(pid)
        if process is not None:
            process_table.signal_exactly(pid, process.start_ticks, signal.SIGKILL)


def _folders(path: Path) -> Iterator[Path]:
    """The folder and all below it, outer ones first."""
    return (Path(folder) for folder, _, _ in os.walk(path))


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
