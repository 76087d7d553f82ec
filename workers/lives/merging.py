"""Merging an adapter into its model: the last phase of a training, or the first of an export by hand."""

import shutil
from collections.abc import Callable
from pathlib import Path

from common.exports import Export, ExportSpec
from common.jobs import Job, Phase
from common.swift.command.export_command import merge_command
from workers.attempts.attempt import Attempt
from workers.attempts.launch import export_spec
from workers.attempts.phase import PhasePlan
from workers.outputs.results import judge_merge
from workers.runner_control import ExitRecord, RunnerSpec
from workers.swift.verdict import Verdict


def merge(
    attempt: Attempt,
    checkpoint: str,
    target: Path,
    announce: Callable[[int], None],
    expected_seconds: int | None = None,
) -> ExitRecord:
    """Run the merge, into a folder that becomes `target` when `merge_verdict` finds it whole.

    With `expected_seconds` it counts in the progress of the job, behind its training.
    """

    def build() -> RunnerSpec:
        command = merge_command(checkpoint, cleared(target, attempt.job), _wanted(attempt.job))
        return export_spec(attempt.node, attempt.job, attempt.number, attempt.folder, command)

    return attempt.run(PhasePlan(Phase.EXPORT, build, announce, merge_seconds=expected_seconds))


def _wanted(job: Job) -> ExportSpec:
    """A training's own export has no options."""
    return job.spec.work.wanted if isinstance(job.spec.work, Export) else ExportSpec()


def merge_verdict(attempt: Attempt, ended: ExitRecord, target: Path) -> Verdict:
    """Whether the phase left a whole model, which then is at `target`."""
    return judge_merge(ended, attempt.folder, unfinished(target, attempt.job), target)


def cleared(target: Path, job: Job) -> Path:
    """Where this job writes `target` until it is whole, with nothing of an earlier try in it."""
    place = unfinished(target, job)
    shutil.rmtree(place, ignore_errors=True)
    return place


def unfinished(target: Path, job: Job) -> Path:
    """Hidden: nobody takes it for a model.

    The job's own: a training clears it away behind its end, when an export of it may write there already.
    """
    return target.parent / f".{target.name}-unfinished-{job.id}"
