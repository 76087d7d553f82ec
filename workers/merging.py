"""Merging an adapter into its model: the last phase of a training, or all of an export that was asked for by hand."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from common.clock import now, to_ms
from common.jobs import Phase
from common.reasons import Reason
from workers import settle
from workers.attempt import Attempt
from workers.attempt_folder import unused_path
from workers.ends import End, EndKind
from workers.launch import LaunchRefused, export_spec
from workers.phase import PhasePlan
from workers.results import judge_merge
from workers.runner_control import ExitRecord, RunnerSpec
from workers.swift.verdict import Verdict


def merge_only(attempt: Attempt) -> End:
    """The life of an export that was asked for by hand: it adds a model beside what its source left.

    Raises LaunchRefused, InfrastructureFailed, Detached or Unwanted.
    """
    checkpoint = attempt.job.spec.checkpoint_path
    if attempt.was_cancelled_before_it_began:
        return attempt.cancel()
    if not Path(checkpoint).is_dir():
        raise LaunchRefused(Reason.ARTEFACT_MISSING, f"checkpoint {checkpoint} is not on node {attempt.node.name}")
    target = _target(attempt, Path(checkpoint).parent)
    announce = partial(attempt.announce_start, f"merging {Path(checkpoint).name} into the model", Phase.EXPORT)
    ended = merge(attempt, checkpoint, target, announce)
    if stopped := attempt.stopped(ended):
        return stopped
    verdict = merge_verdict(attempt, ended, target)
    if not verdict.ok:
        return attempt.fail(verdict.reason or Reason.EXIT_NONZERO, verdict.message, export_error=verdict.message)
    # Its source first: whoever sees the export completed finds the model there too.
    _tell_source(attempt, str(target), f"the merged model is in {target}")
    facts = {"checkpoint_path": checkpoint, "export_path": str(target), "exported_at_ms": to_ms(now())}
    return attempt.complete(verdict.message, **facts)


def tell_source_of_failure(attempt: Attempt, end: End) -> None:
    """Write into the source's record that this export of it left nothing."""
    if end.kind in {EndKind.FAILED, EndKind.CANCELLED}:
        _tell_source(attempt, "", end.message)


def merge(attempt: Attempt, checkpoint: str, target: Path, announce: Callable[[int], None]) -> ExitRecord:
    """Run the merge, into a folder that becomes `target` when `merge_verdict` finds it whole."""
    unfinished = _unfinished(target)

    def build() -> RunnerSpec:
        shutil.rmtree(unfinished, ignore_errors=True)
        return export_spec(
            attempt.node, attempt.job, attempt.number, attempt.folder, checkpoint=checkpoint, target=unfinished
        )

    return attempt.run(PhasePlan(Phase.EXPORT, build, announce))


def merge_verdict(attempt: Attempt, ended: ExitRecord, target: Path) -> Verdict:
    """Whether the merge left a whole model, which then is at `target`."""
    return judge_merge(ended, attempt.folder, _unfinished(target), target)


def _target(attempt: Attempt, output: Path) -> Path:
    """A name of its own for each export: nothing that is there is ever written over."""
    known = attempt.folder.record().get("target")
    target = Path(known) if known else unused_path(output, "merged")
    attempt.folder.note(target=str(target))
    return target


def _tell_source(attempt: Attempt, export_path: str, message: str) -> None:
    jobs, job = attempt.node.store.jobs, attempt.job
    settle.patiently(attempt.node, lambda: jobs.end_export(job.spec.source_job_id, job.id, export_path, message))


def _unfinished(target: Path) -> Path:
    return target.parent / f".{target.name}-unfinished"
