"""The watch on a training while it runs: tells when it makes no step, and ends it where that is wanted."""

import time
from pathlib import Path

import structlog

from common.errors import StoreUnavailable
from common.job_specs import JobSpec
from common.reasons import Reason
from common.settings import Settings
from common.store.outcomes import Outcome
from workers.attempts.attempt import Attempt
from workers.attempts.launch import swift_python
from workers.attempts.recovering import refresh
from workers.runner_control import read_runner, request_stop, stop_was_requested
from workers.watchdog.signs import Signs
from workers.watchdog.silence import Activity, Judgement, Limits, Seen, Silence
from workers.watchdog.stacks import write_stacks

log = structlog.get_logger()

LOOK_SECONDS = 5.0
HUNG = str(Reason.HUNG)


class TrainingWatch:
    """Of one training, from its first process to its end. What it knows it finds out again after a restart."""

    def __init__(self, attempt: Attempt, phase_dir: Path, output: Path) -> None:
        self._attempt = attempt
        self._phase_dir = phase_dir
        self._limits = limits_of(attempt.job.spec, attempt.node.settings)
        self._signs = Signs(output, attempt.folder.log_path)
        self._silence: Silence | None = None
        self._look_at = 0.0
        self._is_told = attempt.job.stalled_since is not None
        self._told_at_signs = 1  # of one that an earlier worker told the first look is none

    def look(self) -> None:
        """Called every moment; looks when it is time to."""
        if time.monotonic() < self._look_at or stop_was_requested(self._phase_dir):
            return
        self._look_at = time.monotonic() + min(LOOK_SECONDS, self._limits.stalled / 10)
        silence = self._see()
        if silence is not None:
            self._act(silence.seen, silence.judge(self._limits, time.time()))

    def _see(self) -> Silence | None:
        changed_at = None
        if self._silence is None:
            started = read_runner(self._phase_dir)
            if started is None:
                return None
            self._silence = Silence(started.started_at.timestamp())
            changed_at = self._signs.changed_at()
        self._silence.look(self._signs.look(), time.time(), changed_at)
        return self._silence

    def _act(self, seen: Seen, judged: Judgement) -> None:
        if self._is_told and judged.signs > self._told_at_signs:
            self._is_told = not self._tell("moving", f"it goes on, at {_place(seen)}", None)
        if judged.is_stalled and not self._is_told:
            self._is_told = self._tell("stalled", quiet_words(seen, judged), judged.since)
            self._told_at_signs = judged.signs
        # What cannot be told cannot be settled either: nothing is ended while Redis is away.
        if judged.is_hung and self._is_told:
            self._end(seen, judged)

    def _tell(self, kind: str, message: str, since: float | None) -> bool:
        """Not patiently: whatever Redis does, the end of the training is not to be missed.

        What was told is on this disk too: after a store that forgot it nobody would tell it again.
        """
        stalled_since_ms = "" if since is None else int(since * 1000)
        attempt = self._attempt
        log.warning("watchdog_tells", kind=kind, message=message)
        try:
            outcome = attempt.node.store.attempts.note(
                attempt.job.id, attempt.number, kind, message, stalled_since_ms=stalled_since_ms
            )
            if outcome is Outcome.OK:
                refresh(attempt.node, attempt.folder)
        except StoreUnavailable:
            return False
        return outcome is Outcome.OK

    def _end(self, seen: Seen, judged: Judgement) -> None:
        why = quiet_words(seen, judged)
        log.warning("training_hung", message=why)
        self._attempt.folder.note(hung=why)
        started = read_runner(self._phase_dir)
        ranks = started.processes if started else ()
        write_stacks(self._attempt.folder.log_path, why, ranks, swift_python(self._attempt.node))
        request_stop(self._phase_dir, HUNG, self._attempt.node.settings.stop_grace_seconds)


def limits_of(spec: JobSpec, settings: Settings) -> Limits:
    """The job's own wishes, else what the node is set to. A start_timeout that the job asks for ends it."""
    hang = settings.hang_after_seconds if spec.hang_after_seconds is None else spec.hang_after_seconds
    return Limits(
        stalled=settings.stalled_after_seconds,
        start=spec.start_timeout_seconds or settings.start_timeout_seconds,
        hang=hang or None,
        ends_start=spec.start_timeout_seconds is not None,
    )


def quiet_words(seen: Seen, judged: Judgement) -> str:
    """A sentence for people."""
    seconds = round(judged.quiet_seconds)
    match judged.activity:
        case Activity.STARTING:
            return f"it has not made its first step within {seconds} s of its start"
        case Activity.EVALUATING:
            return f"its evaluation has not gone on for {seconds} s, at {_place(seen)}"
        case Activity.SAVING:
            return f"it saves, and nothing has been written for {seconds} s, at {_place(seen)}"
    text = f"it has made no step for {seconds} s, at {_place(seen)}"
    pace = seen.pace.step_seconds
    return f"{text}; a step takes {pace:.3g} s" if pace else text


def _place(seen: Seen) -> str:
    return f"step {seen.step} of {seen.max_steps}"
