"""The life of an export that was asked for by hand: merge, quantise, push, as far as each was asked for."""

import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from common.clock import now, to_ms
from common.exports import ExportFormat, ExportSpec
from common.jobs import Phase
from common.reasons import Reason
from common.swift.quantizers import calibrates
from workers.attempts import settle
from workers.attempts.attempt import Attempt
from workers.attempts.ends import End, EndKind
from workers.attempts.fetching import fetch_datasets
from workers.attempts.phase import PhasePlan
from workers.lives.exports.fitness import refuse_unfit
from workers.lives.exports.paths import ExportPaths, export_paths, known_paths
from workers.lives.exports.steps import push_spec, quantize_spec
from workers.lives.merging import cleared, merge, merge_verdict
from workers.outputs.results import judge_push
from workers.runner_control import ExitRecord
from workers.swift.artefacts import is_model_dir

QUANTIZE, PUSH = "quantize", "push"


def export(attempt: Attempt) -> End:
    """What its source left stays as it is; the new model appears beside it, whole. What an earlier attempt made of it
    is not made again.

    Raises LaunchRefused, InfrastructureFailed, CancelledEarly, Detached or Unwanted.
    """
    wanted = attempt.job.spec.exporting.wanted
    if attempt.was_cancelled_before_it_began:
        return attempt.cancel()
    paths = known_paths(attempt.folder) or _begin(attempt, wanted)
    for step in (_merge, _quantize, _push):
        if end := step(attempt, wanted, paths):
            return end
    if not attempt.folder.phase_dirs():
        attempt.announce_nothing_to_run(Phase.EXPORT)
    # Its source first: whoever sees the export completed finds the model there too.
    _tell_source(attempt, _success(wanted, paths))
    return attempt.complete("exported", **_facts(attempt, paths))


def clean_up(attempt: Attempt, end: End) -> None:
    """After its end: remove what is no result, and tell the source of a failure.

    The merged model that a quantiser starts from is kept for the next attempt, where there is one.
    """
    paths = known_paths(attempt.folder)
    if paths and paths.is_base_for_this_only and end.kind is not EndKind.REQUEUED:
        shutil.rmtree(paths.base, ignore_errors=True)
    if paths:
        cleared(paths.base, attempt.job)
        cleared(paths.target, attempt.job)
    if end.kind in {EndKind.FAILED, EndKind.CANCELLED}:
        _tell_source(attempt, end.message, failed=True)


def _begin(attempt: Attempt, wanted: ExportSpec) -> ExportPaths:
    """Everything that can be refused is, before anything is started."""
    paths = export_paths(attempt, wanted)
    is_quantized = wanted.format is ExportFormat.QUANTIZED and is_model_dir(paths.target)
    if is_quantized:
        attempt.note("resume", "an earlier attempt quantised the model; goes on behind that")
    elif paths.merges and is_model_dir(paths.base):
        attempt.note("resume", "an earlier attempt merged the model; goes on behind that")
    left = replace(wanted, format=ExportFormat.MERGED, quant_method="") if is_quantized else wanted
    if calibrates(left.quant_method):
        fetch_datasets(attempt.node, attempt.job, attempt.number, partial(attempt.note, "fetch"))
    refuse_unfit(attempt.node, attempt.job, left)
    return paths


def _is_made(attempt: Attempt, phase: str, model: Path) -> bool:
    """Whether an earlier attempt left the phase's model: nobody else uses that name, and it appears by a rename."""
    return not attempt.folder.phase_dir(phase).exists() and is_model_dir(model)


def _merge(attempt: Attempt, wanted: ExportSpec, paths: ExportPaths) -> End | None:
    is_quantized = wanted.format is ExportFormat.QUANTIZED and _is_made(attempt, QUANTIZE, paths.target)
    if not paths.merges or is_quantized or _is_made(attempt, Phase.EXPORT, paths.base):
        return None
    checkpoint = paths.checkpoint
    announce = partial(_announce, attempt, f"merging {checkpoint.name} into the model")
    return _end_of(attempt, merge(attempt, str(checkpoint), paths.base, announce), paths, "base")


def _quantize(attempt: Attempt, wanted: ExportSpec, paths: ExportPaths) -> End | None:
    if wanted.format is not ExportFormat.QUANTIZED or _is_made(attempt, QUANTIZE, paths.target):
        return None
    build = partial(quantize_spec, attempt, wanted, paths)
    announce = partial(_announce, attempt, f"quantising to {wanted.name}")
    return _end_of(attempt, attempt.run(PhasePlan(QUANTIZE, build, announce)), paths, "target")


def _push(attempt: Attempt, wanted: ExportSpec, paths: ExportPaths) -> End | None:
    if not wanted.push:
        return None
    repo = wanted.push.hub_model_id
    announce = partial(_announce, attempt, f"pushing the model to {repo}")
    ended = attempt.run(PhasePlan(PUSH, partial(push_spec, attempt, wanted.push, paths.target), announce))
    if stopped := attempt.stopped(ended):
        return stopped
    pushed = judge_push(ended, attempt.folder, paths.target, repo)
    if pushed.ok:
        return None
    facts = _facts(attempt, paths)  # the model is there nonetheless
    return attempt.fail(pushed.reason or Reason.PUSH_FAILED, pushed.message, export_error=pushed.message, **facts)


def _end_of(attempt: Attempt, ended: ExitRecord, paths: ExportPaths, written: str) -> End | None:
    """The end of the attempt when the phase did not leave a whole model there."""
    if stopped := attempt.stopped(ended):
        return stopped
    verdict = merge_verdict(attempt, ended, getattr(paths, written))
    if verdict.ok:
        return None
    return attempt.fail(verdict.reason or Reason.EXIT_NONZERO, verdict.message, export_error=verdict.message)


def _announce(attempt: Attempt, what: str, process_id: int) -> None:
    """Once for each step, however many workers follow it."""
    announced = attempt.folder.record().get("announced", [])
    if what in announced:
        return
    if not announced:
        attempt.announce_start(what, Phase.EXPORT, process_id)
    else:
        attempt.note("export", what)
    attempt.folder.note(announced=[*announced, what])


def _success(wanted: ExportSpec, paths: ExportPaths) -> str:
    if wanted.push:
        return f"the {wanted.name} model is in {paths.target} and was pushed to {wanted.push.hub_model_id}"
    return f"the {wanted.name} model is in {paths.target}"


def _facts(attempt: Attempt, paths: ExportPaths) -> dict[str, Any]:
    checkpoint = attempt.job.spec.exporting.checkpoint_path
    return {"checkpoint_path": checkpoint, "export_path": str(paths.target), "exported_at_ms": to_ms(now())}


def _tell_source(attempt: Attempt, message: str, *, failed: bool = False) -> None:
    """A merged model becomes the source's own, one of fewer bits does not: whoever serves the source means the whole,
    and of the checkpoint that it took.

    That holds for one that could not be pushed, too.
    """
    exports, job, paths = attempt.node.store.exports, attempt.job, known_paths(attempt.folder)
    is_for_source = paths is not None and paths.is_for_source and not job.spec.exporting.other_checkpoint
    made = str(paths.target) if paths and is_for_source and paths.target.is_dir() else ""
    error = message if failed else ""
    settle.patiently(
        attempt.node,
        lambda: exports.end(job.spec.exporting.source_job_id, job.id, message, export_path=made, error=error),
    )
