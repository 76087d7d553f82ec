"""How often the kernel's OOM killer struck in this process's control group (cgroup v2)."""

from pathlib import Path

OWN_CGROUP = Path("/proc/self/cgroup")
CGROUP_ROOT = Path("/sys/fs/cgroup")


def oom_kills(own_cgroup: Path = OWN_CGROUP, cgroup_root: Path = CGROUP_ROOT) -> int | None:
    """The counter, or None where it cannot be read; it covers the whole group, so neighbours in it count too."""
    try:
        path = next(line[3:] for line in own_cgroup.read_text().splitlines() if line.startswith("0::"))
        events = (cgroup_root / path.lstrip("/") / "memory.events").read_text()
        return next(int(line.split()[1]) for line in events.splitlines() if line.startswith("oom_kill "))
    except (OSError, StopIteration, ValueError, IndexError):
        return None


def rose(before: int | None, after: int | None) -> bool:
    """Whether both were readable and the later one is higher."""
    return before is not None and after is not None and after > before
