"""How much room a disk has, and whether that is enough for new work."""

import os
from dataclasses import dataclass
from pathlib import Path

from workers.node.local import LocalNode

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Room:
    """Of a file system: all of it, and what this user may still write. Zeros where it cannot be asked."""

    total_bytes: int = 0
    free_bytes: int = 0

    def is_short_of(self, wanted_bytes: int) -> bool:
        return self.total_bytes > 0 and self.free_bytes < wanted_bytes


def room_of(folder: Path) -> Room:
    try:
        found = os.statvfs(folder)
    except OSError:
        return Room()
    return Room(found.f_blocks * found.f_frsize, found.f_bavail * found.f_frsize)


def disk_problems(node: LocalNode) -> tuple[str, ...]:
    """What keeps the node from taking work, as far as its own disk is concerned."""
    wanted, room = node.settings.node_min_free_bytes, room_of(node.folder)
    if not room.is_short_of(wanted):
        return ()
    return (f"DATA_DIR has {room.free_bytes // MIB} MiB free, NODE_MIN_FREE_BYTES asks for {wanted // MIB}",)
