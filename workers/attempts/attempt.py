"""One attempt as its phases see it: what it is, where it keeps its files, and the words it can say about itself."""

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from common.jobs import Job, Phase, Progress
from common.reasons import Reason
from common.states import JobState
from common.store.outcomes import Outcome
from common.swift.inputs.given_names import Names, as_given, given_names
from workers.attempts import settle
from workers.attempts.ends import End, Unwanted
from workers.attempts.folder import AttemptFolder
from workers.attempts.phase import (
    CannotStart,
    InfrastructureFailed,
    PhasePlan,
    PhaseRun,
    Show,
    despite_a_full_disk,
    room_for,
)
from workers.attempts.recovering import is_known, remember
from workers.attempts.shipper import Shipper
from workers.node.datasets import DatasetCache
from workers.node.local import LocalNode
from workers.runner_control import ExitRecord

ERROR = "export_error"  # the field of the record that is a sentence


class Attempt:
    """Each of its steps looks first whether an earlier worker did it."""

    def __init__(self, node: LocalNode, job: Job, number: int, folder: AttemptFolder, show: Show) -> None:
        self.node = node
        self.job = job
        self.number = number
        self.folder = folder
        self._show = show
        # It ran here, and of that this disk knows nothing.
        self.state_was_removed = job.state is not JobState.ASSIGNED and not folder.record()
        self._phases = PhaseRun(node, job, number, folder, Shipper(node.store.attempts, job, number, folder.log_path))

    def open(self, facts: dict[str, Any]) -> None:
        """Make its folder, with these facts of its record and then those of now; fine when it is there.

        The store knows it when this returns, also one that was emptied since the facts were read: nothing starts on
        what it may give to another. Raises Detached, Unwanted, Estranged, and InfrastructureFailed when the disk is
        full and none of its phases lives.
        """
        with despite_a_full_disk() if self.folder.lives else room_for(self.node):
            self.folder.create(self.job, self.number, **facts)
            if not self.folder.phase_dirs() and not settle.patiently(self.node, self._is_known):
                raise Unwanted("missing")
            settle.patiently(self.node, lambda: remember(self.node, self.folder))

    def _is_known(self) -> bool:
        return is_known(self.node, self.folder)

    def run(self, plan: PhasePlan) -> ExitRecord:
        """Start or find the phase, and see it end. Raises Detached, Unwanted or InfrastructureFailed."""
        return self._phases.run(plan, self._show)

    def begin_behind(self, progress: Progress | None) -> None:
        """What an earlier attempt trained counts in the progress of this one."""
        self._phases.begin_behind(progress)

    def follow_metrics(self, path: Path) -> None:
        """Of a training that an earlier worker saw end: what it could not ship of them is shipped."""
        self._phases.follow_metrics(path)

    def pause(self, seconds: float) -> bool:
        """Wait between two phases; False when the user wants it to end. Raises Detached or Unwanted."""
        self._phases.pause(seconds)
        return not self.was_cancelled

    @property
    def was_cancelled_before_it_began(self) -> bool:
        return bool(self.job.cancel_requested_at) and not self.folder.phase_dirs()

    @property
    def was_cancelled(self) -> bool:
        """Whether the user's wish to end it was seen while one of its phases ran, or between two."""
        return self._phases.was_cancelled

    def was_stopped(self, ended: ExitRecord) -> bool:
        """Whether it is `stopped` that tells how such a phase ended."""
        return self.was_cancelled or ended.reason == "cancel" or ended.outcome in {"start_failed", "stopped"}

    def stopped(self, ended: ExitRecord) -> End | None:
        """The end of a phase that was told to stop; None when it ended by itself."""
        if self.was_cancelled or ended.reason == "cancel":
            return self.cancel()
        if ended.outcome == "start_failed":
            raise CannotStart(Reason.START_FAILED, f"its process could not be started: {ended.error}")
        if ended.outcome == "stopped" and ended.reason == "time_limit":
            text = f"it ran longer than its time limit of {self.job.spec.time_limit_seconds} s"
            return self.fail(Reason.TIME_LIMIT, text)
        if ended.outcome == "stopped" and ended.reason == Reason.HUNG:
            why = self.folder.record().get("hung", "")
            raise InfrastructureFailed(Reason.HUNG, f"{why}; it was ended, and its log shows what it was doing")
        if ended.outcome == "stopped":
            raise InfrastructureFailed(Reason.RUNNER_LOST, f"its runner was told to stop ({ended.reason})")
        return None

    def as_given(self, text: str) -> str:
        """The sentence with what the user calls the job's files, which have other names on this node."""
        return as_given(text, self._names)

    @cached_property
    def _names(self) -> Names:
        return given_names(self.job.spec, DatasetCache(self.node.settings, self.node.dataset_folder).places)

    def note(self, kind: str, message: str, /, **fields: Any) -> None:
        """Write an event that is no arrow of the state chart, with fields of the record."""
        message = self.as_given(message)
        self.tell(partial(self.node.store.attempts.note, self.job.id, self.number, kind, message, **fields))

    def announce_start(self, what: str, phase: Phase, process_id: int) -> None:
        """The first process is alive."""
        self._start(f"{what} started on node {self.node.name}, process {process_id}", phase, process_id)

    def announce_nothing_to_run(self, phase: Phase) -> None:
        """Earlier attempts did all of it: this one has no process, and ends at once."""
        self._start(f"nothing is left to run on node {self.node.name}", phase, None)

    def _start(self, message: str, phase: Phase, process_id: int | None) -> None:
        self.node.known_inputs.note(self.job.spec)
        start = partial(self.node.store.attempts.start, self.job.id, self.number, process_id)
        self.tell(partial(start, str(self.folder.log_path), message, phase=phase))

    def tell(self, write: Callable[[], Outcome]) -> Outcome:
        """Write to the record, which is registered again where the store forgot it. Raises Detached, Estranged."""
        return settle.told(self.node, self.job, self.number, write)

    def complete(self, message: str, before: Callable[[], None] | None = None, /, **facts: Any) -> End:
        """Write its good end; `before` does what whoever reads that end may count on, if the attempt is up to date."""
        if self._is_cancelled_at_last():
            return self.cancel()
        if before:
            settle.confirm(self.node, self.job, self.number)
            before()
        return settle.complete(self.node, self.job, self.number, self.as_given(message), **facts)

    def cancel(self) -> End:
        self._phases.ship_rest()
        return settle.cancel(self.node, self.job, self.number)

    def fail(self, reason: Reason, message: str, **fields: Any) -> End:
        if self._is_cancelled_at_last():
            return self.cancel()
        told = {name: self.as_given(value) if name == ERROR else value for name, value in fields.items()}
        return settle.fail(self.node, self.job, self.number, reason, self.as_given(message), **told)

    def _is_cancelled_at_last(self) -> bool:
        """Ships what is owed; the wish may come with the answer."""
        self._phases.ship_rest()
        return self.was_cancelled
