"""Warns the jobs that run here when their disks run full, while there is still time to make room."""

import threading
from collections.abc import Callable, Collection
from pathlib import Path

import structlog

from common.errors import ServiceError
from workers.attempts.folder import AttemptFolder
from workers.node.disk_room import MIB, room_of
from workers.node.local import LocalNode

log = structlog.get_logger()

LOOK_SECONDS = 5.0

# (job id, attempt)
Followed = tuple[str, int]


class DiskWatch:
    """A thread of its own: a network disk that hangs holds up nothing else."""

    def __init__(self, node: LocalNode, followed: Callable[[], Collection[Followed]]) -> None:
        self._node = node
        self._followed = followed
        self._told: set[tuple[str, int, str]] = set()
        self._thread = threading.Thread(target=self._run, name="disk-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def look(self) -> None:
        """Warn each attempt once for each of its disks, and once more when there was room again meanwhile."""
        followed = set(self._followed())
        self._told = {told for told in self._told if told[:2] in followed}
        for job_id, attempt in followed:
            for name, folder in self._disks(job_id, attempt):
                self._look_at(job_id, attempt, name, folder)

    def _run(self) -> None:
        while not self._node.detach.wait(LOOK_SECONDS):
            try:
                self.look()
            except ServiceError as exc:
                log.warning("disk_warning_not_told", error=exc.message)
            except Exception:
                log.exception("disk_watch_failed")

    def _disks(self, job_id: str, attempt: int) -> list[tuple[str, Path]]:
        places = self._node.folder.glob(f"attempts/{job_id}-????????/{attempt}")
        outputs = (AttemptFolder(place).output for place in places)
        own = [("DATA_DIR", self._node.folder)]
        return own + [("output_dir", output) for output in outputs if output]

    def _look_at(self, job_id: str, attempt: int, name: str, folder: Path) -> None:
        room, told = room_of(folder), (job_id, attempt, name)
        if not room.is_short_of(self._node.settings.node_min_free_bytes):
            self._told.discard(told)
        elif told not in self._told:
            text = f"{name} on node {self._node.name} has only {room.free_bytes // MIB} MiB free"
            self._node.store.attempts.note(job_id, attempt, "low_disk", text)
            self._told.add(told)
