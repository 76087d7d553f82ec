"""A training job on its node: train, then merge the adapter into the model."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from common.clock import now, to_ms
from common.jobs import Phase
from common.reasons import Reason
from common.swift.inputs import resolve_under_roots
from common.trainings import Resume
from workers.attempts.attempt import Attempt
from workers.attempts.ends import End
from workers.attempts.fetching import fetch_datasets
from workers.attempts.launch import LaunchRefused, inputs_refused, job_paths, needs_export, train_spec
from workers.attempts.phase import InfrastructureFailed, PhasePlan
from workers.lives.merging import cleared, merge, merge_verdict
from workers.outputs.checkpoint_watch import CheckpointWatch
from workers.outputs.earlier_training import finished_training
from workers.outputs.fact_watch import FactWatch
from workers.outputs.folder import claimed_output
from workers.outputs.kept_state import StateWatch
from workers.outputs.latest import move_latest
from workers.outputs.links import LinksWatch
from workers.outputs.merge_time import expected_merge_seconds, note_merge
from workers.outputs.results import judge_training
from workers.outputs.resume_points import earlier_point, resume_point
from workers.outputs.rows import RowsWatch
from workers.outputs.trained import Trained, link_checkpoint, made_facts, note_trained, record_facts, trained_in
from workers.runner_control import ExitRecord, RunnerSpec
from workers.swift.metrics_tail import FILE_NAME
from workers.swift.paths import JobPaths
from workers.swift.verdict import Verdict
from workers.watchdog.watch import TrainingWatch

_MERGED = "merged"
# What is told of a training while it runs, and once more when it has ended.
_Watch = CheckpointWatch | FactWatch[Any]


def train_then_merge(attempt: Attempt) -> End:
    """What an earlier worker or an earlier attempt finished is not done again.

    Raises LaunchRefused, InfrastructureFailed, CancelledEarly, Detached or Unwanted.
    """
    if attempt.was_cancelled_before_it_began:
        return attempt.cancel()
    trained = finished_training(attempt) or _train(attempt)
    if isinstance(trained, End):
        return trained
    if trained.attempt == attempt.number:
        attempt.follow_metrics(claimed_output(attempt) / FILE_NAME)  # its checkpoint may be an earlier attempt's
    if needs_export(attempt.job.spec):
        return _merge(attempt, trained)
    if trained.attempt != attempt.number:
        attempt.announce_nothing_to_run(Phase.TRAIN)
    return _complete(attempt, trained)


def clean_up(attempt: Attempt) -> None:
    """After its end: a merge that was cut off left half a model."""
    if output := attempt.folder.output:
        cleared(output / _MERGED, attempt.job)


def _train(attempt: Attempt) -> Trained | End:
    fetch_datasets(attempt.node, attempt.job, attempt.number, partial(attempt.note, "fetch"))
    paths = cache(partial(job_paths, attempt.node, attempt.job.spec))  # only a start needs them, and twice
    output = claimed_output(attempt, lambda: paths().output_dir)
    watches = (CheckpointWatch(attempt, output), RowsWatch(attempt), LinksWatch(attempt), StateWatch(attempt))
    ended = _run(attempt, paths, output, watches)
    # Judged, and noted on this disk, before anything waits for the store.
    judged = _judged(attempt, ended, output)
    _tell(watches)
    if isinstance(judged, Trained):
        return judged
    if stopped := attempt.stopped(ended):
        return stopped
    return attempt.fail(judged.reason or Reason.EXIT_NONZERO, judged.message)


def _judged(attempt: Attempt, ended: ExitRecord, output: Path) -> Trained | Verdict:
    """A training that is done, or why it is not; of one that was stopped, who stopped it knows."""
    if trained := _trained_before_it_hung(attempt, ended, output):
        return trained
    if attempt.was_stopped(ended):
        return Verdict(False)
    verdict, chosen = judge_training(ended, attempt.job, attempt.folder, output)
    return _noted(attempt, output, trained_in(attempt.number, verdict, chosen)) if verdict.ok else verdict


def _run(attempt: Attempt, paths: Callable[[], JobPaths], output: Path, watches: Sequence[_Watch]) -> ExitRecord:
    """To its end, watched. Raises as `Attempt.run`."""
    watch = TrainingWatch(attempt, attempt.folder.phase_dir(Phase.TRAIN), output)
    announce = partial(attempt.announce_start, "training", Phase.TRAIN)
    build = partial(_spec, attempt, paths, output)
    look = partial(_each, (watch.look, *(told.look for told in watches)))
    plan = PhasePlan(Phase.TRAIN, build, announce, metrics_path=output / FILE_NAME, look=look)
    try:
        return attempt.run(replace(plan, merge_seconds=_expected_merge(attempt)))
    except InfrastructureFailed:
        _tell(watches)
        raise


def _tell(watches: Sequence[_Watch]) -> None:
    """What there is in the end, however it ended. Raises Detached or Estranged."""
    _each([watch.tell for watch in watches])


def _each(calls: Sequence[Callable[[], None]]) -> None:
    for call in calls:
        call()


def _trained_before_it_hung(attempt: Attempt, ended: ExitRecord, output: Path) -> Trained | None:
    """What hangs behind its last step and its last checkpoint has done all that it was asked for."""
    if attempt.was_cancelled or ended.outcome != "stopped" or ended.reason != Reason.HUNG:
        return None
    verdict, chosen = judge_training(replace(ended, exit_code=0), attempt.job, attempt.folder, output)
    if not verdict.ok:
        return None
    attempt.note("hung", "it hung behind its last step and was ended; its training was done")
    return _noted(attempt, output, trained_in(attempt.number, verdict, chosen))


def _noted(attempt: Attempt, output: Path, trained: Trained) -> Trained:
    if {trained.output, trained.checkpoint.parent} != {output}:  # an earlier attempt saved the best one, or all
        link_checkpoint(output, trained)
    note_trained(attempt.folder, output, trained)
    return trained


def _spec(attempt: Attempt, paths: Callable[[], JobPaths], output: Path) -> RunnerSpec:
    node, job, folder = attempt.node, attempt.job, attempt.folder
    resume_from = _resume_from(attempt, output)
    return train_spec(node, job, attempt.number, folder, paths=paths(), output=output, resume_from=resume_from)


def _resume_from(attempt: Attempt, output: Path) -> Path | None:
    """Its own job's state first; where there is none yet, that of the job which this one was to go on from."""
    earlier, checkpoint, message = attempt.job.spec.training.resume, None, ""
    if attempt.number > 1:
        checkpoint, message = resume_point(attempt.node, attempt.job, attempt.number, output.parent)
        attempt.folder.note(resumed_from=str(checkpoint) if checkpoint else "")
    if earlier and checkpoint is None:
        checkpoint, message = _of_earlier_job(attempt, earlier)
        attempt.folder.note(went_on_from=str(checkpoint))
    if message:
        attempt.note("resume", message)
    return checkpoint


def _of_earlier_job(attempt: Attempt, earlier: Resume) -> tuple[Path, str]:
    """Raises LaunchRefused."""
    with inputs_refused():
        roots = attempt.node.settings.allowed_roots
        output_dir = resolve_under_roots(earlier.output_dir, roots, field="resume_from")
    checkpoint, message = earlier_point(attempt.node, earlier, output_dir)
    if checkpoint is None:
        raise LaunchRefused(Reason.MODEL_NOT_FOUND, f"resume_from: {message}")
    return checkpoint, message


def _merge(attempt: Attempt, trained: Trained) -> End:
    target = claimed_output(attempt) / _MERGED
    what = f"merging {trained.checkpoint.name} into the model"
    if trained.attempt == attempt.number:
        _announce_merge(attempt, trained)
        announce = _nothing
    else:
        announce = partial(attempt.announce_start, what, Phase.EXPORT)
    ended = merge(attempt, str(trained.checkpoint), target, announce, _expected_merge(attempt))
    if stopped := attempt.stopped(ended):
        return stopped
    merged = merge_verdict(attempt, ended, target)
    if not merged.ok:
        return attempt.fail(merged.reason or Reason.EXIT_NONZERO, merged.message, export_error=merged.message)
    note_merge(attempt.node.folder, Path(attempt.job.spec.model_path), (ended.ended_at - ended.started_at).seconds)
    return _complete(attempt, trained, export_path=str(target), exported_at_ms=to_ms(now()))


def _expected_merge(attempt: Attempt) -> int | None:
    spec = attempt.job.spec
    return expected_merge_seconds(attempt.node.folder, Path(spec.model_path)) if needs_export(spec) else None


def _announce_merge(attempt: Attempt, trained: Trained) -> None:
    """Before its process is there: whatever becomes of that, the record tells where the finished training is."""
    if attempt.job.phase is not Phase.EXPORT:  # an earlier worker announced it
        text = f"training is done; merges {trained.checkpoint.name} into the model"
        attempt.note("export", text, phase=Phase.EXPORT, **record_facts(attempt.node, trained))


def _nothing(_: int) -> None:
    """What is announced already."""


def _complete(attempt: Attempt, trained: Trained, **facts: str | int) -> End:
    """`latest` first: whoever sees the job completed finds it there; an attempt that is out of date moves nothing."""
    move = partial(move_latest, attempt.folder)
    return attempt.complete(trained.message, move, **made_facts(trained), **facts)
