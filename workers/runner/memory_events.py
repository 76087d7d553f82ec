"""Out of memory: how often the kernel's OOM killer struck in a control group (cgroup v2)."""

from collections.abc import Iterable
from pathlib import Path

from workers.runner import cgroup_folders
from workers.runner.cgroup_folders import V2

EVENTS = "memory.events"


def counter(attempt_group: Path | None) -> Path | None:
    """Where it is counted: in the attempt's own group where that has a counter, else in the one of this process.

    The latter covers the whole group, so neighbours in it count too. A group has a counter only where the one above
    hands the memory controller down.
    """
    if attempt_group is not None and (attempt_group / EVENTS).exists():
        return attempt_group / EVENTS
    return _own_counter(cgroup_folders.folders())


def oom_kills(counter: Path | None) -> int | None:
    """The counter, or None where it cannot be read."""
    if counter is None:
        return None
    try:
        events = counter.read_text().splitlines()
        return next(int(line.split()[1]) for line in events if line.startswith("oom_kill "))
    except (OSError, StopIteration, ValueError, IndexError):
        return None


def _own_counter(folders: Iterable[tuple[str, Path]]) -> Path | None:
    return next((folder / EVENTS for kind, folder in folders if kind == V2), None)


def rose(before: int | None, after: int | None) -> bool:
    """Whether both were readable and the later one is higher."""
    return before is not None and after is not None and after > before
