"""A training job on its node: train, then merge the adapter into the model."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from common.clock import now, to_ms
from common.jobs import Phase
from common.reasons import Reason
from workers.attempt import Attempt
from workers.attempt_folder import claim_output, point_latest
from workers.ends import End
from workers.fetching import fetch_datasets
from workers.launch import LaunchRefused, job_paths, needs_export, train_spec
from workers.merging import merge, merge_verdict
from workers.phase import PhasePlan
from workers.results import judge_training, resume_point
from workers.runner_control import ExitRecord, RunnerSpec
from workers.swift.metrics_tail import FILE_NAME
from workers.swift.paths import JobPaths


def train_then_merge(attempt: Attempt) -> End:
    """Raises LaunchRefused, InfrastructureFailed, CancelledEarly, Detached or Unwanted."""
    if attempt.was_cancelled_before_it_began:
        return attempt.cancel()
    fetch_datasets(attempt.node, attempt.job, attempt.number, partial(attempt.note, "fetch"))
    paths = cache(partial(job_paths, attempt.node, attempt.job.spec))  # only a start needs them, and twice
    output = _output(attempt, paths)
    ended = _train(attempt, paths, output)
    if stopped := attempt.stopped(ended):
        return stopped
    verdict, checkpoint = judge_training(ended, attempt.job, attempt.folder, output)
    if not verdict.ok:
        return attempt.fail(verdict.reason or Reason.EXIT_NONZERO, verdict.message)
    facts: dict[str, Any] = {"checkpoint_path": checkpoint}
    if needs_export(attempt.job.spec):
        target = output / "merged"
        ended = merge(attempt, checkpoint, target, partial(_announce_merge, attempt, checkpoint))
        if stopped := attempt.stopped(ended):
            return stopped
        merged = merge_verdict(attempt, ended, target)
        if not merged.ok:
            return attempt.fail(merged.reason or Reason.EXIT_NONZERO, merged.message, export_error=merged.message)
        facts |= {"export_path": str(target), "exported_at_ms": to_ms(now())}
    point_latest(output.parent, output)
    return attempt.complete(verdict.message, **facts)


def _train(attempt: Attempt, paths: Callable[[], JobPaths], output: Path) -> ExitRecord:
    def build() -> RunnerSpec:
        node, job, folder = attempt.node, attempt.job, attempt.folder
        resume_from = _resume_from(attempt)
        return train_spec(node, job, attempt.number, folder, paths=paths(), output=output, resume_from=resume_from)

    announce = partial(attempt.announce_start, "training", Phase.TRAIN)
    return attempt.run(PhasePlan(Phase.TRAIN, build, announce, metrics_path=output / FILE_NAME))


def _resume_from(attempt: Attempt) -> Path | None:
    if attempt.number == 1:
        return None
    checkpoint, message = resume_point(attempt.node, attempt.job, attempt.number)
    attempt.note("resume", message)
    return checkpoint


def _announce_merge(attempt: Attempt, checkpoint: str, _: int) -> None:
    if attempt.job.phase is not Phase.EXPORT:  # an earlier worker announced it
        text = f"training is done; merges {Path(checkpoint).name} into the model"
        attempt.note("export", text, phase=Phase.EXPORT, checkpoint_path=checkpoint)


def _output(attempt: Attempt, paths: Callable[[], JobPaths]) -> Path:
    known = attempt.folder.record().get("output")
    if known:
        return Path(known)
    root = paths().output_dir
    try:
        output = claim_output(root, attempt.number)
    except OSError as exc:
        raise LaunchRefused(Reason.OUTPUT_NOT_WRITABLE, f"output_dir {root}: {exc.strerror}") from exc
    attempt.folder.note(output=str(output))
    return output
