"""The node's agent: registers it, ends what is no longer wanted, adopts what still runs, follows its jobs."""

import fcntl
import os
import socket
import threading
from typing import IO, Any

import structlog

from common.errors import JobNotFound
from common.states import PLACED
from workers.attempt_folder import unsettled
from workers.ends import UNWANTED, End
from workers.follower import end_processes, follow
from workers.heartbeat import Heartbeat
from workers.instance import Instance, begin_session
from workers.node import LocalNode
from workers.persistence import Persistent
from workers.phase import Show

log = structlog.get_logger()


class NodeTaken(Exception):
    """Another worker of this machine speaks for the node."""


class Agent:
    """One per worker process."""

    def __init__(self, node: LocalNode) -> None:
        self._node = node
        self._followed: set[tuple[str, int]] = set()
        self._guard = threading.Lock()
        self._lock: IO[str] | None = None
        self._instance: Instance | None = None
        self._heartbeat: Heartbeat | None = None

    def take_node(self) -> None:
        """Become the one worker of this machine that speaks for the node. Raises NodeTaken."""
        self._lock = _take_node(self._node)
        self._instance = begin_session(self._node.folder)

    def start(self) -> None:
        """Begin to speak for the node that was taken."""
        if self._instance is None:
            raise RuntimeError("take the node first")
        self._node.inventory.start()
        self._heartbeat = Heartbeat(self._node, self._instance, socket.gethostname(), self._reconcile)
        self._heartbeat.start()

    def stop(self) -> None:
        """Let go of everything; runners go on."""
        self._node.detach.set()
        self._node.inventory.stop()
        if self._heartbeat is not None:
            self._heartbeat.stop()

    def follow(self, job_id: str, attempt: int, show: Show) -> End:
        """Follow an attempt, once: a second hint for the same one does nothing."""
        with self._guard:
            if (job_id, attempt) in self._followed:
                return UNWANTED
            self._followed.add((job_id, attempt))
        with structlog.contextvars.bound_contextvars(job_id=job_id, attempt=attempt, node=self._node.name):
            try:
                return Persistent(self._node, job_id, attempt, lambda: follow(self._node, job_id, attempt, show)).run()
            finally:
                with self._guard:
                    self._followed.discard((job_id, attempt))

    def _reconcile(self) -> None:
        """End what this node still runs though it moved on; then ask to follow all that is placed here."""
        for folder in unsettled(self._node.folder):
            record = folder.record()
            if record and not self._is_wanted(record):
                log.warning("attempt_unwanted", job_id=record["job_id"], attempt=record["attempt"])
                end_processes(folder, record["attempt"])
                folder.mark_ended()
        placed = [job for job in self._node.store.jobs.placed() if job.node == self._node.name]
        for job in placed:
            if (job.id, job.attempt) not in self._followed:
                log.info("job_adopted", job_id=job.id, attempt=job.attempt, state=str(job.state))
                self._node.send_run(job, job.attempt)

    def _is_wanted(self, record: dict[str, Any]) -> bool:
        try:
            job = self._node.store.jobs.get(record["job_id"])
        except JobNotFound:
            return False
        same = job.task_id == record["task_id"] and job.attempt == record["attempt"]
        return same and job.node == self._node.name and job.state in PLACED


def _take_node(node: LocalNode) -> IO[str]:
    """The lock that keeps two workers of one machine from speaking for the same node."""
    node.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = (node.folder / "worker.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise NodeTaken(f"node {node.name} has a worker already, process {holder}") from exc
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
