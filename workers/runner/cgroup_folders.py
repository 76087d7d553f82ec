"""Where this process's own control groups (cgroups) are seen in the file system."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

V2, V1 = "v2", "v1"
KINDS = (V2, V1)
OWN_GROUPS = Path("/proc/self/cgroup")
MOUNTS = Path("/proc/self/mountinfo")


@dataclass(frozen=True, slots=True)
class Mount:
    """One mounted hierarchy. `root` is the part of it that is seen at `point`: a container may see no more."""

    root: str
    point: str
    file_system: str
    options: frozenset[str]

    def is_of(self, kind: str) -> bool:
        return self.file_system == "cgroup2" if kind == V2 else "freezer" in self.options


def folders(own_groups: Path = OWN_GROUPS, mount_table: Path = MOUNTS) -> list[tuple[str, Path]]:
    """The kind and the folder of each own group below which one for an attempt could be made, the better one first."""
    try:
        own = own_groups.read_text().splitlines()
        mounts = [_mount(line) for line in mount_table.read_text().splitlines() if " - cgroup" in line]
    except OSError:
        return []
    return [(kind, folder) for kind in KINDS for folder in _folders(kind, own, mounts)]


def _folders(kind: str, own: list[str], mounts: list[Mount]) -> Iterator[Path]:
    for line in own:
        _, controllers, path = line.split(":", 2)
        if controllers == "" if kind == V2 else "freezer" in controllers.split(","):
            seen = (_seen(path, mount) for mount in mounts if mount.is_of(kind))
            yield from [folder for folder in seen if folder][:1]


def _seen(path: str, mount: Mount) -> Path | None:
    root = mount.root.rstrip("/")
    if ".." in path.split("/") or not f"{path}/".startswith(f"{root}/"):
        return None  # outside of what this mount shows
    return Path(mount.point) / path.removeprefix(root).lstrip("/")


def _mount(line: str) -> Mount:
    """A line of mountinfo: proc_pid_mountinfo(5)."""
    place, _, kind = line.partition(" - ")
    fields, (file_system, _, options) = place.split(), kind.split(None, 2)
    return Mount(fields[3], fields[4], file_system, frozenset(options.split(",")))
