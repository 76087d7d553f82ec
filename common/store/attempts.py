"""Attempts: what schedulers and workers do to a placed job; every write carries the attempt as its fencing token."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from common.ids import new_task_id
from common.job_specs import JobKind, ended_by_user
from common.jobs import Phase, Progress
from common.models import STARTED_AGAIN
from common.places import Place
from common.reasons import Reason
from common.states import JobState, Verb
from common.store import keys
from common.store.connection import translated_errors
from common.store.job_record import dump_places, dump_progress
from common.store.outcomes import Outcome
from common.store.scripts import Scripts, flat_of


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of an attempt Redis keeps."""

    events_max: int
    log_head_bytes: int
    log_tail_bytes: int
    metrics_max: int


@dataclass(frozen=True, slots=True)
class Placing:
    """Where the scheduler puts a job, under its epoch: on all of these places or on none; each is another node.

    `share_mib` of each GPU, which has `gpu_memory_mib` in all; 0 for whole GPUs. `ports` are the first and the last
    that it may be given on the first of them; None when it needs none.
    """

    epoch: int
    places: tuple[Place, ...]
    message: str
    ports: tuple[int, int] | None = None
    share_mib: int = 0
    gpu_memory_mib: int = 0

    def __post_init__(self) -> None:
        if not self.places or len({place.node for place in self.places}) < len(self.places):
            raise ValueError("no place, or a node twice", self.places)


@dataclass(frozen=True, slots=True)
class Report:
    """What a follower read: log bytes from `log_from`, metric records (JSON texts) of bytes `metrics_from`-`to`.

    `log_left_out` bytes come before the chunk and are passed over. The `file_at`s are where the present files begin:
    0, until one got shorter and was read anew.
    """

    log_from: int = 0
    log_chunk: str = ""
    log_left_out: int = 0
    log_file_at: int = 0
    metrics_from: int = 0
    metrics_to: int = 0
    metrics_file_at: int = 0
    metrics: Sequence[str] = ()
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a report: the word, where to read on, and where the present files begin."""

    outcome: Outcome
    log_end: int
    log_file_at: int
    metrics_end: int
    metrics_file_at: int


@dataclass(frozen=True, slots=True)
class AttemptStore:
    """Arrows of a job between its placement and its end."""

    scripts: Scripts
    bounds: Bounds

    def queue(self, job_id: str, message: str) -> Outcome:
        """Note that a pending job has to wait."""
        return Outcome(self.scripts.call("queue_job", keys.of(job_id).arrow, ["", self.bounds.events_max, message]))

    def assign(self, job_id: str, placing: Placing) -> tuple[Outcome, int]:
        """Take the leases and bump the attempt; returns (OK, the new attempt), or (why not, 0)."""
        nodes = [keys.node(place.node) for place in placing.places]
        names = [*keys.of(job_id).arrow, keys.LEASES, keys.SCHEDULER_EPOCH, *nodes]
        first_port, last_port = placing.ports or ("", "")
        args = ["", self.bounds.events_max, placing.epoch, placing.message, first_port, last_port]
        args += [placing.share_mib, placing.gpu_memory_mib, *dump_places(placing.places)]
        word, *attempt = self.scripts.call("assign_job", names, args)
        return Outcome(word), int(attempt[0]) if attempt else 0

    def start(
        self,
        job_id: str,
        attempt: int,
        process_id: int | None,
        log_file_path: str,
        message: str,
        *,
        phase: Phase = Phase.TRAIN,
    ) -> Outcome:
        """Note that the attempt's first process is alive, or that it needs none; idempotent."""
        names = keys.of(job_id)
        state = JobState.STARTING if names.kind is JobKind.DEPLOY else JobState.RUNNING
        process = "" if process_id is None else process_id
        args = ["", self.bounds.events_max, attempt, process, log_file_path, message, phase, state]
        return Outcome(self.scripts.call("start_job", names.arrow, args))

    def report(self, job_id: str, attempt: int, report: Report) -> Receipt:
        """Add what was read; each byte and record once, however often this is repeated."""
        of = keys.of(job_id)
        names = [of.record, of.log(attempt), of.log_head(attempt), of.log_tail(attempt), of.metrics]
        args: list[Any] = [attempt, report.log_from, report.log_left_out, report.log_chunk, report.log_file_at]
        args += [self.bounds.log_head_bytes, self.bounds.log_tail_bytes]
        args += [report.metrics_from, report.metrics_to, report.metrics_file_at, self.bounds.metrics_max]
        args += [dump_progress(report.progress) if report.progress else "", *report.metrics]
        word, *places = self.scripts.repeatable("report_attempt", names, args)
        return Receipt(Outcome(word), *map(int, places))

    def note(self, job_id: str, attempt: int, kind: str, message: str, /, **fields: Any) -> Outcome:
        """Write an event of the attempt that is no arrow (a phase, a warning), with fields of the record."""
        args = ["", self.bounds.events_max, attempt, kind, message, *flat_of(fields)]
        return Outcome(self.scripts.call("note_attempt", keys.of(job_id).story, args))

    def end(
        self,
        job_id: str,
        attempt: int,
        verb: Verb,
        reason: Reason | None,
        message: str,
        *,
        of_model: str = "",
        **fields: Any,
    ) -> Outcome:
        """Complete, fail, cancel or stop it and free its leases.

        `of_model` is the model name of a deployment that stops: when it is to start again, it waits again at once.
        """
        names = [*keys.of(job_id).arrow, keys.LEASES, keys.SCHEDULER_BELL]
        again = [keys.model(of_model)] if of_model else []
        flat = flat_of(fields)
        args = ["", self.bounds.events_max, verb, attempt, reason or "", message, new_task_id(), STARTED_AGAIN, *flat]
        return Outcome(self.scripts.call("end_job", [*names, *again], args))

    def force_end(self, job_id: str, message: str) -> Outcome:
        """Cancel or stop a placed one now, its leases kept until its end is proved: OK, MISSING or MOVED_ON."""
        names = keys.of(job_id)
        args = ["", self.bounds.events_max, *ended_by_user(names.kind), Reason.CANCELLED_BY_USER, message]
        return Outcome(self.scripts.call("force_end_job", [*names.arrow, keys.LEASES_KEPT], args))

    def fail_waiting(self, job_id: str, attempt: int, reason: Reason, message: str) -> Outcome:
        """Fail one that waits and that no node takes."""
        args = ["", self.bounds.events_max, attempt, reason, message]
        return Outcome(self.scripts.call("fail_waiting_job", keys.of(job_id).arrow, args))

    def requeue(
        self, job_id: str, attempt: int, reason: Reason, message: str, *, delay_seconds: float, counter: str
    ) -> Outcome:
        """Put it back into the queue; `counter` is infra_failures or user_retries, empty where nobody is to blame."""
        names = [*keys.of(job_id).arrow, keys.LEASES, keys.SCHEDULER_BELL]
        args = ["", self.bounds.events_max, attempt, reason, message, int(delay_seconds * 1000), counter]
        return Outcome(self.scripts.call("requeue_job", names, args))

    def overdue(self, job_ids: Sequence[str], now_ms: int, timeout_ms: int) -> list[str]:
        """Which of these placed jobs nobody on their node has spoken of for `timeout_ms`; they count as seen now."""
        with translated_errors(), self.scripts.client.pipeline(transaction=False) as pipe:
            for job_id in job_ids:
                pipe.hget(keys.of(job_id).record, "seen_at_ms")
            seen = pipe.execute()
        late = [one for one, at in zip(job_ids, seen, strict=True) if now_ms - int(at or 0) >= timeout_ms]
        return [
            job_id
            for job_id in late  # the script decides: it may have been seen meanwhile
            if self._overdue(job_id, now_ms, timeout_ms) is Outcome.DUE
        ]

    def _overdue(self, job_id: str, now_ms: int, timeout_ms: int) -> Outcome:
        return Outcome(self.scripts.call("overdue_attempt", [keys.of(job_id).record], [now_ms, timeout_ms]))
