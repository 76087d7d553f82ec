"""The node's agent: registers it, ends what is no longer wanted, adopts what still runs, follows its jobs."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import IO

import structlog

from common.errors import ServiceError
from common.store.nodes import Beat
from workers.attempts.ends import DETACHED, UNWANTED, End
from workers.attempts.folder import AttemptFolder, unsettled
from workers.attempts.persistence import Persistent
from workers.attempts.phase import Show
from workers.attempts.proof import end_processes, end_strays
from workers.follower import follow
from workers.node.chores import ChoreList
from workers.node.disk_room import disk_problems
from workers.node.disk_watch import DiskWatch
from workers.node.heartbeat import Heartbeat
from workers.node.instance import begin_anew, begin_session
from workers.node.kept_leases import release_kept
from workers.node.local import LocalNode
from workers.node.name import NodeTaken, lock_folder, taken_by
from workers.node.reconciling import look_again, reconcile
from workers.node.self_check import SelfCheck

log = structlog.get_logger()


def _terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


class Agent:
    """One per worker process. `end_process` asks it to end as a service manager would.

    `why_lost` says why it may not speak for the node any more, once that is so.
    """

    def __init__(self, node: LocalNode, end_process: Callable[[], None] = _terminate) -> None:
        self._node = node
        self._followed: set[tuple[str, int]] = set()
        self._guard = threading.Lock()
        self._lock: IO[str] | None = None
        self._end_process = end_process
        self._heartbeat = Heartbeat(
            node,
            socket.gethostname(),
            reconcile=self._reconcile,
            lost=self._lose_name,
            fenced=self._speak_anew,
            look=self._look_again,
            problems=self._problems,
        )
        self._fenced_at: float | None = None
        self._self_check = SelfCheck(node)
        self.why_lost = ""
        self._disk_watch = DiskWatch(node, lambda: list(self._followed))
        self.chores = ChoreList(node)

    def take_node(self) -> None:
        """Become the one worker anywhere that speaks for the node; waits for the store. Raises NodeTaken."""
        self._lock = lock_folder(self._node)
        self._node.identity.instance = begin_session(self._node.folder)
        self._node.inventory.start()
        self._self_check.look()
        try:
            self._heartbeat.take_name()
        except NodeTaken:
            self._lock.close()
            raise

    def start(self) -> None:
        """Begin to offer the node that was taken."""
        self._self_check.start()
        self._heartbeat.start()
        self._disk_watch.start()
        threading.Thread(target=self._look_after_kept, name="kept-leases", daemon=True).start()
        self.chores.start()

    def stop(self) -> None:
        """Let go of everything; runners go on."""
        self._node.detach.set()
        self.chores.ring()
        self._node.inventory.stop()
        self._heartbeat.stop()

    def follow(self, job_id: str, attempt: int, show: Show, instance: str = "") -> End:
        """Follow an attempt, once: a second hint for the same one does nothing, nor does one for another instance."""
        if self.why_lost or not self._node.is_for_us(instance):
            log.warning("hint_for_another", job_id=job_id, attempt=attempt, instance=instance)
            return UNWANTED
        with self._guard:
            if (job_id, attempt) in self._followed:
                return UNWANTED
            self._followed.add((job_id, attempt))
        with structlog.contextvars.bound_contextvars(job_id=job_id, attempt=attempt, node=self._node.name):
            try:
                persistent = Persistent(self._node, job_id, attempt, lambda: follow(self._node, job_id, attempt, show))
                end = persistent.run()
                if end is not DETACHED:
                    self._release_kept(job_id)
                return end
            finally:
                with self._guard:
                    self._followed.discard((job_id, attempt))

    def _problems(self) -> tuple[str, ...]:
        """What keeps the node from taking work."""
        return (*self._self_check.problems(), *disk_problems(self._node))

    def _reconcile(self) -> None:
        """Settle with the store what is on this disk; then ask to follow all that is placed here."""
        reconcile(self._node)
        release_kept(self._node, set(self._followed))
        self._node.compared.times += 1
        self._adopt()

    def _look_again(self) -> None:
        """At what has no place in the store: it may have one by now."""
        if look_again(self._node):
            self._adopt()

    def _adopt(self) -> None:
        for job in self._node.store.jobs.placed():
            place = self._node.place_of(job)
            if place and (job.id, job.attempt) not in self._followed:
                log.info("job_adopted", job_id=job.id, attempt=job.attempt, state=str(job.state))
                self._node.send_run(job, place, job.attempt)

    def _look_after_kept(self) -> None:
        """Processes of jobs that were ended by force while nobody followed them."""
        while not self._node.detach.wait(self._node.settings.hint_timeout_seconds):
            self._release_kept()

    def _release_kept(self, job_id: str = "") -> None:
        try:
            release_kept(self._node, {one for one in list(self._followed) if one[0] != job_id})
        except ServiceError as away:
            log.warning("leases_not_released", error=away.message)  # the next look comes here again
        except Exception:
            log.exception("leases_not_released")

    def _speak_anew(self) -> bool:
        """End all that ran here before the node was declared lost, prove it, and become another instance.

        Followers end by themselves, since their jobs were settled; for long they are not waited for.
        """
        if self._followed and not self._has_been_fenced_for_long():
            return False
        settled = [_settle_for_good(folder) for folder in unsettled(self._node.folder)]
        if not all(settled):
            return False
        end_strays(self._node)
        self._node.identity.instance = begin_anew(self._node.folder)
        self._fenced_at = None
        log.warning("node_speaks_anew", node=self._node.name, instance=self._node.identity.instance.id)
        return True

    def _has_been_fenced_for_long(self) -> bool:
        if self._fenced_at is None:
            log.error("node_fenced", node=self._node.name)
            self._fenced_at = time.monotonic()
        return time.monotonic() - self._fenced_at > self._node.settings.node_ttl_seconds

    def _lose_name(self, beat: Beat) -> None:
        """Somebody else speaks for the node: consume nothing more, let go of everything; runners go on."""
        self.why_lost = taken_by(self._node.name, beat)
        self._node.detach.set()
        self._end_process()


def _settle_for_good(folder: AttemptFolder) -> bool:
    """Whether nothing of an unsettled attempt is alive."""
    record = folder.record()
    if record and not end_processes(folder, record["attempt"]):
        return False
    folder.mark_ended()
    return True
