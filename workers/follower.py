"""Follows one attempt from its first phase to its end, however many workers come and go meanwhile."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from common.clock import now, to_ms
from common.errors import JobNotFound
from common.jobs import Job, JobKind, Phase
from common.reasons import Reason
from common.states import PLACED
from workers import settle
from workers.attempt_folder import AttemptFolder, claim_output, folder_of, point_latest, unused_path
from workers.ends import DETACHED, UNWANTED, Detached, End, EndKind, Unwanted
from workers.fetching import CancelledEarly, fetch_dataset
from workers.launch import LaunchRefused, export_spec, job_paths, needs_export, train_spec
from workers.node import LocalNode
from workers.phase import KILL_TIMEOUT_SECONDS, InfrastructureFailed, PhaseRun, Show
from workers.results import judge_merge, judge_training, resume_point
from workers.runner_control import ExitRecord, RunnerSpec, kill_tree, read_runner, request_stop
from workers.shipper import Shipper
from workers.swift.metrics_tail import FILE_NAME
from workers.swift.verdict import Verdict

log = structlog.get_logger()


def follow(node: LocalNode, job_id: str, attempt: int, show: Show) -> End:
    """Run, or keep following, this attempt on this node; ends it for good when it is no longer wanted."""
    try:
        job = settle.patiently(node, lambda: node.store.jobs.get(job_id))
    except JobNotFound:
        return UNWANTED
    except Detached:
        return DETACHED
    if job.node != node.name or job.attempt != attempt or job.state not in PLACED:
        log.info("hint_ignored", state=str(job.state), current_attempt=job.attempt)
        return UNWANTED
    folder = folder_of(node.folder, job, attempt)
    try:
        end = _Attempt(node, job, attempt, folder, show).run()
    except Detached:
        log.info("follower_detached")
        return DETACHED
    except Unwanted as exc:
        log.warning("attempt_unwanted", outcome=str(exc))
        end_processes(folder, attempt)
        end = UNWANTED
    folder.mark_ended()
    return end


def give_up(node: LocalNode, job_id: str, attempt: int, message: str) -> End:
    """End an attempt that cannot be followed, as a failure of ours."""
    job = node.store.jobs.get(job_id)
    folder = folder_of(node.folder, job, attempt)
    end_processes(folder, attempt)
    try:
        end = settle.fail(node, job, attempt, Reason.INTERNAL_ERROR, message)
    except Unwanted:
        end = UNWANTED
    folder.mark_ended()
    return end


def end_processes(folder: AttemptFolder, attempt: int) -> None:
    """Make sure that nothing of an attempt is alive."""
    for phase in Phase:
        if read_runner(folder.phase_dir(phase)) is not None:
            request_stop(folder.phase_dir(phase), "unwanted", 0)
    if not kill_tree(folder.mark, attempt, KILL_TIMEOUT_SECONDS):
        log.error("processes_refuse_to_die", mark=folder.mark, attempt=attempt)


class _Attempt:
    """The phases of one attempt, in order. Each step looks first whether an earlier worker did it."""

    def __init__(self, node: LocalNode, job: Job, attempt: int, folder: AttemptFolder, show: Show) -> None:
        self._node = node
        self._job = job
        self._attempt = attempt
        self._folder = folder
        self._show = show
        folder.create(job, attempt)
        shipper = Shipper(node.store.attempts, job, attempt, folder.log_path)
        self._phases = PhaseRun(node, job, attempt, folder, shipper)

    def run(self) -> End:
        if self._job.spec.kind is JobKind.TRAIN:
            return self._settled(self._train_then_export)
        end = self._settled(self._export_only)
        if end.kind in {EndKind.FAILED, EndKind.CANCELLED}:
            self._tell_source("", end.message)
        return end

    def _settled(self, phases: Callable[[], End]) -> End:
        try:
            return phases()
        except CancelledEarly:
            return settle.cancel(self._node, self._job, self._attempt)
        except LaunchRefused as refusal:
            return settle.fail(self._node, self._job, self._attempt, refusal.reason, refusal.message)
        except InfrastructureFailed as failure:
            return settle.fail(self._node, self._job, self._attempt, failure.reason, failure.message)

    def _train_then_export(self) -> End:
        if self._job.cancel_requested_at and not self._folder.phase_dir(Phase.TRAIN).exists():
            return settle.cancel(self._node, self._job, self._attempt)
        fetch_dataset(self._node, self._job, self._attempt, partial(self._note, "fetch"))
        output = self._output()
        ended = self._train(output)
        if stopped := self._stopped(ended):
            return stopped
        verdict, checkpoint = judge_training(ended, self._job, self._folder, output)
        if not verdict.ok:
            return self._fail(verdict)
        facts: dict[str, Any] = {"checkpoint_path": checkpoint}
        if needs_export(self._job.spec):
            target = output / "merged"
            ended = self._export(checkpoint, target, partial(self._announce_export, checkpoint))
            if stopped := self._stopped(ended):
                return stopped
            merged = judge_merge(ended, self._folder, _unfinished(target), target)
            if not merged.ok:
                return self._fail(merged, export_error=merged.message)
            facts |= {"export_path": str(target), "exported_at_ms": to_ms(now())}
        point_latest(output.parent, output)
        return settle.complete(self._node, self._job, self._attempt, verdict.message, **facts)

    def _export_only(self) -> End:
        """The life of an export that was asked for by hand: it adds a model beside what its source left."""
        checkpoint = self._job.spec.checkpoint_path
        if self._job.cancel_requested_at and not self._folder.phase_dir(Phase.EXPORT).exists():
            return settle.cancel(self._node, self._job, self._attempt)
        if not Path(checkpoint).is_dir():
            raise LaunchRefused(Reason.ARTEFACT_MISSING, f"checkpoint {checkpoint} is not on node {self._node.name}")
        target = self._export_target(Path(checkpoint).parent)
        announce = partial(self._announce_start, f"merging {Path(checkpoint).name} into the model", Phase.EXPORT)
        ended = self._export(checkpoint, target, announce)
        if stopped := self._stopped(ended):
            return stopped
        merged = judge_merge(ended, self._folder, _unfinished(target), target)
        if not merged.ok:
            return self._fail(merged, export_error=merged.message)
        # Its source first: whoever sees the export completed finds the model there too.
        self._tell_source(str(target), f"the merged model is in {target}")
        facts = {"checkpoint_path": checkpoint, "export_path": str(target), "exported_at_ms": to_ms(now())}
        return settle.complete(self._node, self._job, self._attempt, merged.message, **facts)

    def _export_target(self, output: Path) -> Path:
        """A name of its own for each export: nothing that is there is ever written over."""
        known = self._folder.record().get("target")
        target = Path(known) if known else unused_path(output, "merged")
        self._folder.note(target=str(target))
        return target

    def _tell_source(self, export_path: str, message: str) -> None:
        jobs, job = self._node.store.jobs, self._job
        settle.patiently(self._node, lambda: jobs.end_export(job.spec.source_job_id, job.id, export_path, message))

    def _train(self, output: Path) -> ExitRecord:
        def build() -> RunnerSpec:
            resume_from = self._resume_from()
            return train_spec(
                self._node, self._job, self._attempt, self._folder, output=output, resume_from=resume_from
            )

        announce = partial(self._announce_start, "training", Phase.TRAIN)
        return self._phases.run(Phase.TRAIN, build, output / FILE_NAME, self._show, announce)

    def _resume_from(self) -> Path | None:
        if self._attempt == 1:
            return None
        checkpoint, message = resume_point(self._node, self._job, self._attempt)
        self._note("resume", message)
        return checkpoint

    def _export(self, checkpoint: str, target: Path, announce: Callable[[int], None]) -> ExitRecord:
        unfinished = _unfinished(target)

        def build() -> RunnerSpec:
            shutil.rmtree(unfinished, ignore_errors=True)
            return export_spec(
                self._node, self._job, self._attempt, self._folder, checkpoint=checkpoint, target=unfinished
            )

        return self._phases.run(Phase.EXPORT, build, None, self._show, announce)

    def _announce_export(self, checkpoint: str, _: int) -> None:
        if self._job.phase is not Phase.EXPORT:  # an earlier worker announced it
            text = f"training is done; merges {Path(checkpoint).name} into the model"
            self._note("export", text, phase=Phase.EXPORT, checkpoint_path=checkpoint)

    def _output(self) -> Path:
        known = self._folder.record().get("output")
        if known:
            return Path(known)
        root = job_paths(self._node, self._job.spec).output_dir
        try:
            output = claim_output(root, self._attempt)
        except OSError as exc:
            raise LaunchRefused(Reason.OUTPUT_NOT_WRITABLE, f"output_dir {root}: {exc.strerror}") from exc
        self._folder.note(output=str(output))
        return output

    def _announce_start(self, what: str, phase: Phase, process_id: int) -> None:
        node, log_path = self._node, str(self._folder.log_path)
        message = f"{what} started on node {node.name}, process {process_id}"
        start = partial(node.store.attempts.start, self._job.id, self._attempt, process_id, log_path, message)
        settle.patiently(node, partial(start, phase=phase))

    def _note(self, kind: str, message: str, **fields: Any) -> None:
        node = self._node
        settle.patiently(node, lambda: node.store.attempts.note(self._job.id, self._attempt, kind, message, **fields))

    def _stopped(self, ended: ExitRecord) -> End | None:
        """The end of a phase that was told to stop; None when it ended by itself."""
        if self._phases.was_cancelled or ended.reason == "cancel":
            return settle.cancel(self._node, self._job, self._attempt)
        if ended.outcome == "start_failed":
            raise InfrastructureFailed(Reason.START_FAILED, f"its process could not be started: {ended.error}")
        if ended.outcome == "stopped" and ended.reason == "time_limit":
            text = f"it ran longer than its time limit of {self._job.spec.time_limit_seconds} s"
            return settle.fail(self._node, self._job, self._attempt, Reason.TIME_LIMIT, text)
        if ended.outcome == "stopped":
            raise InfrastructureFailed(Reason.RUNNER_LOST, f"its runner was told to stop ({ended.reason})")
        return None

    def _fail(self, verdict: Verdict, **fields: str) -> End:
        reason = verdict.reason or Reason.EXIT_NONZERO
        return settle.fail(self._node, self._job, self._attempt, reason, verdict.message, **fields)


def _unfinished(target: Path) -> Path:
    return target.parent / f".{target.name}-unfinished"
