"""Works off the node's chores: at its start, whenever the doorbell rings, and by its own clock."""

import threading
from pathlib import Path

import structlog

from common.chores import Chore
from common.clock import now, to_ms
from common.errors import JobNotFound, StoreUnavailable
from common.upkeep.files_in_use import users_of_files
from workers.attempts.folder import task_folder
from workers.node.local import LocalNode
from workers.outputs.removing import Removed, output_root, remove_files

log = structlog.get_logger()

LOOK_SECONDS = 15.0


class ChoreList:
    """A thread of its own: removing a large folder takes its time."""

    def __init__(self, node: LocalNode) -> None:
        self._node = node
        self._bell = threading.Event()
        self._thread = threading.Thread(target=self._run, name="chores", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ring(self) -> None:
        """Look at once."""
        self._bell.set()

    def work_off(self) -> None:
        """All that can be done now; the rest stays on the list."""
        for chore in self._node.store.chores.of(self._node.name):
            try:
                self._do(chore)
            except OSError as exc:
                log.warning("chore_not_done", job_id=chore.job_id, error=str(exc))

    def _run(self) -> None:
        while not self._node.detach.is_set():
            self._bell.clear()
            try:
                self.work_off()
            except StoreUnavailable:
                pass  # the heartbeat tells
            except Exception:
                log.exception("chores_failed")
            self._bell.wait(LOOK_SECONDS)

    def _do(self, chore: Chore) -> None:
        if self._is_back(chore):
            self._node.store.chores.done(self._node.name, chore)
            return
        root = output_root(self._node, chore)
        deleting = self._node.store.jobs.deleting()
        if users := users_of_files(self._node.store, chore.job_id, {chore.output_dir, str(root or "")}, deleting):
            log.info("files_still_used", job_id=chore.job_id, by=users)
            return
        removed = remove_files(self._node, chore, root)
        if removed is None:
            return
        if removed:
            log.info("files_removed", job_id=chore.job_id, outputs=removed.outputs, by=chore.asked_by)
            self._node.store.audit.write(_entry(self._node.name, chore, removed))
        self._node.store.chores.done(self._node.name, chore)

    def _is_back(self, chore: Chore) -> bool:
        """Whether the store, restored from an older copy, has the job again: then its files are in use."""
        try:
            return self._node.store.jobs.get_any(chore.job_id).task_id == chore.task_id
        except JobNotFound:
            return False


def _entry(node: str, chore: Chore, removed: Removed) -> dict[str, str]:
    """Of the audit: who asked for it, and what this node did."""
    places = [f"{chore.output_dir}/{name}" for name in removed.outputs]
    state = str(task_folder(Path(), chore.job_id, chore.task_id))
    return {
        "at_ms": str(to_ms(now())),
        "key_id": "node",
        "actor": f"{node}, for {chore.asked_by}",
        "scope": "node",
        "method": "REMOVE",
        "path": ", ".join(places) or state,
        "target": chore.job_id,
        "address": "",
        "status": "200",
        "request_id": "",
    }
