"""One phase of an attempt under its runner: start it or find it running, ship what it writes, see it end."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from common.errors import StoreUnavailable
from common.jobs import Job, Phase, Progress
from common.reasons import Reason
from common.store.attempts import Receipt
from common.store.outage import Outage
from common.store.outcomes import Outcome
from workers.attempts.ends import Detached, Unwanted
from workers.attempts.folder import AttemptFolder
from workers.attempts.proof import STATE_REMOVED, prove_end
from workers.attempts.recovering import FORGOTTEN, is_known, refresh
from workers.attempts.settle import patiently
from workers.attempts.shipper import Shipper
from workers.node.local import LocalNode
from workers.runner_control import (
    ExitRecord,
    RunnerSpec,
    is_alive,
    is_full,
    read_exit,
    read_runner,
    request_stop,
    start_runner,
    wait_until_up,
    write_spec,
)

log = structlog.get_logger()

Show = Callable[[dict[str, Any]], None]

START_TIMEOUT_SECONDS = 30.0
SHOW_SECONDS = 1.0
# What the end of a log that the user no longer waits for may cost.
CANCELLED_DRAIN_SECONDS = 5.0


class InfrastructureFailed(Exception):
    """Not the job's fault: it may be tried again elsewhere. Nothing of the attempt is alive any more."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class CannotStart(InfrastructureFailed):
    """The node's interpreter, or what else a process needs to begin: another node may have it."""


@contextmanager
def room_for(node: LocalNode) -> Iterator[None]:
    """Where nothing of the attempt is alive, a full disk is the node's trouble and not the job's."""
    try:
        yield
    except OSError as exc:
        if not is_full(exc):
            raise
        text = f"the disk of node {node.name} is full: {exc.filename or exc.strerror}"
        raise InfrastructureFailed(Reason.DISK_FULL, text) from exc


@contextmanager
def despite_a_full_disk() -> Iterator[None]:
    """Where something of the attempt lives, a full disk is no reason to end it or to give it to another."""
    try:
        yield
    except OSError as exc:
        if not is_full(exc):
            raise
        log.warning("record_not_kept", error=str(exc))


def _nothing() -> None:
    """What most phases do at each look."""


@dataclass(frozen=True, slots=True)
class PhasePlan:
    """One phase: `name` is its folder's, `announce` is told the id of its first process once that is up.

    `look` is called every few seconds while the phase runs. `merge_seconds` is how long a merge behind a training may
    take, whether this phase is the one or the other.
    """

    name: str
    build_spec: Callable[[], RunnerSpec]
    announce: Callable[[int], None]
    metrics_path: Path | None = None
    look: Callable[[], None] = _nothing
    merge_seconds: int | None = None


class PhaseRun:
    """Drives one phase to its exit record. Everything it does can be done again by the next worker."""

    def __init__(self, node: LocalNode, job: Job, attempt: int, folder: AttemptFolder, shipper: Shipper) -> None:
        self._node = node
        self._job = job
        self._attempt = attempt
        self._folder = folder
        self._shipper = shipper
        self._cancelling = False
        self._outage = Outage()
        self._owes = True  # an earlier worker may have left something
        self._metrics_path: Path | None = None
        self._shown_at = 0.0

    @property
    def was_cancelled(self) -> bool:
        """Whether the user's wish to cancel was seen while it ran."""
        return self._cancelling

    def run(self, plan: PhasePlan, show: Show) -> ExitRecord:
        """Start the phase unless it was started before, and follow it to its end.

        Raises Detached, Unwanted or InfrastructureFailed.
        """
        phase_dir = self._folder.phase_dir(plan.name)
        if plan.metrics_path:
            self.follow_metrics(plan.metrics_path)
        if plan.merge_seconds is not None:
            self._shipper.expect_merge(plan.merge_seconds)
        if read_exit(phase_dir) is None and not is_alive(phase_dir):
            self._refuse_lost(phase_dir)
            self._start(plan, phase_dir)
        plan.announce(_process_id(phase_dir))
        if plan.name == Phase.EXPORT and plan.merge_seconds is not None and (started := read_runner(phase_dir)):
            self._shipper.merge_began(started.started_at)
        while (ended := read_exit(phase_dir)) is None:
            self._step(phase_dir)
            if not self._cancelling:
                plan.look()
            self._show(plan.name, show)
            if not is_alive(phase_dir):
                self._refuse_vanished(phase_dir)
            if self._node.detach.wait(self._node.settings.follow_seconds):
                raise Detached
        self._drain()
        self._prove_empty(ended)
        return ended

    def begin_behind(self, progress: Progress | None) -> None:
        """Go on from these numbers."""
        self._shipper.progress = progress

    def follow_metrics(self, path: Path) -> None:
        """Ship this file from now on, beside the log: a phase that has ended may have left some of it."""
        self._metrics_path = path

    def ship_rest(self) -> None:
        """Before the end is written: what a store that was away did not take. Without it no end can be written either.

        Raises Detached or Unwanted.
        """
        while self._owes:
            receipt, moved = patiently(self._node, lambda: self._shipper.ship(self._metrics_path))
            self._outage.end()
            self._owes = False
            if patiently(self._node, partial(self._heed, receipt)) or moved:
                self._drain()

    def pause(self, seconds: float) -> None:
        """Do nothing for so long, or until the user's wish to cancel is seen. Raises Detached or Unwanted."""
        until = time.monotonic() + seconds
        while not self._cancelling and time.monotonic() < until:
            if self._node.detach.wait(min(self._node.settings.follow_seconds, max(0.0, until - time.monotonic()))):
                raise Detached
            self._ship()

    def _start(self, plan: PhasePlan, phase_dir: Path) -> None:
        # Always: a start that was cut off may have left something behind, and this folder may have been removed
        # beneath a runner that goes on.
        prove_end(self._node, self._folder, self._attempt)
        with room_for(self._node):
            self._folder.forget_phase(plan.name)
            phase_dir.mkdir(mode=0o700, parents=True)
            write_spec(phase_dir, self._spec(plan))
            start_runner(phase_dir)
        if not wait_until_up(phase_dir, START_TIMEOUT_SECONDS):
            prove_end(self._node, self._folder, self._attempt)
            text = f"its runner did not come up within {START_TIMEOUT_SECONDS:.0f} s"
            raise InfrastructureFailed(Reason.START_FAILED, text)
        log.info("phase_started", phase=plan.name)

    def _spec(self, plan: PhasePlan) -> RunnerSpec:
        settings = self._node.settings
        spec = replace(plan.build_spec(), log_max_bytes=settings.log_file_max_bytes)
        return replace(spec, cgroups=()) if settings.attempt_cgroups == "off" else spec

    def _refuse_lost(self, phase_dir: Path) -> None:
        """Refuse a phase that was started before, by a runner that is no more."""
        started = read_runner(phase_dir)
        if started is None or read_exit(phase_dir) is not None:
            return
        prove_end(self._node, self._folder, self._attempt)
        if started.boot_id != self._node.boot_id:
            raise InfrastructureFailed(Reason.NODE_REBOOTED, f"node {self._node.name} was rebooted while it ran")
        text = "its runner was killed"
        if not started.cgroup:
            text += "; no control group held its processes: those that it had seen are ended"
        raise InfrastructureFailed(Reason.RUNNER_LOST, text)

    def _refuse_vanished(self, phase_dir: Path) -> None:
        """Its runner was seen alive, and holds its folder no more: killed, or the folder was removed beneath it."""
        self._refuse_lost(phase_dir)
        if read_exit(phase_dir) is None:
            prove_end(self._node, self._folder, self._attempt)
            raise InfrastructureFailed(Reason.RUNNER_LOST, STATE_REMOVED)

    def _step(self, phase_dir: Path) -> None:
        was_cancelling = self._cancelling
        self._ship()
        if self._cancelling and not was_cancelling:
            log.info("job_stopping", grace_seconds=self._node.settings.stop_grace_seconds)
            request_stop(phase_dir, "cancel", self._node.settings.stop_grace_seconds)
        if self._cancelling:
            self._keep_wish()

    def _keep_wish(self) -> None:
        """On the disk, too: what its user cancelled or deleted is not brought back by a store that forgot it."""
        with suppress(StoreUnavailable):
            refresh(self._node, self._folder)

    def _drain(self) -> None:
        """Ship what is left, so that a final job's log is whole; but the end of a process waits for nothing.

        It goes on while each look moves something, and for `drain_seconds` at most. What a store that is away does not
        take is shipped when it is back, before the end is written.
        """
        began = time.monotonic()
        self._owes = True
        while self._ship() and any(self._shipper.left(self._metrics_path)):
            patience = CANCELLED_DRAIN_SECONDS if self._cancelling else self._node.settings.drain_seconds
            if time.monotonic() - began >= patience:
                self._tell_cut(patience)
                break
            if self._node.detach.is_set():
                raise Detached
        self._owes = self._outage.lasts

    def _ship(self) -> bool:
        """Send what is new; whether that moved anything. Raises Unwanted."""
        try:
            receipt, moved = self._shipper.ship(self._metrics_path)
            is_forgotten = self._heed(receipt)
        except StoreUnavailable as exc:
            self._outage.note(exc.message)
            return False
        self._outage.end()
        return moved or is_forgotten

    def _tell_cut(self, patience: float) -> None:
        """The user reads the log from Redis, so it has to be said there that its end is missing."""
        log_left, left = self._shipper.left(self._metrics_path)
        log.warning("log_not_shipped_whole", log_bytes=log_left, metrics_bytes=left)
        text = f"{log_left} bytes of its log and {left} bytes of its metrics were not shipped within {patience:g} s"
        message = f"{text}; the whole log is in {self._folder.log_path}"
        with suppress(StoreUnavailable):
            self._node.store.attempts.note(self._job.id, self._attempt, "log_cut", message)

    def _heed(self, receipt: Receipt) -> bool:
        """Whether the store had forgotten the attempt: everything is to be sent again. Raises Unwanted, Estranged."""
        if receipt.outcome in FORGOTTEN:
            if is_known(self._node, self._folder):
                return True
            raise Unwanted(str(receipt.outcome))
        self._cancelling = self._cancelling or receipt.outcome is Outcome.CANCEL_REQUESTED
        return False

    def _prove_empty(self, ended: ExitRecord) -> None:
        """GPUs are given out again only after proof of death."""
        if ended.tree_empty:
            return
        prove_end(self._node, self._folder, self._attempt)

    def _show(self, phase: str, show: Show) -> None:
        progress = self._shipper.progress
        if self._outage.lasts or progress is None or time.monotonic() - self._shown_at < SHOW_SECONDS:
            return
        self._shown_at = time.monotonic()
        show({"phase": phase, "percent": progress.percent, **asdict(progress)})


def _process_id(phase_dir: Path) -> int:
    started = read_runner(phase_dir)
    return started.processes[0].pid if started and started.processes else 0
