"""The verdict on an attempt: did it do what it was asked for? Exit 0 alone proves nothing: a run that was stopped
gracefully and one whose loss is not a number end with 0 too.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from common.reasons import Reason
from workers.swift.failures import Chain, Explained, chain_in, explain, left_out_for, most_telling
from workers.swift.failures.chain import without_place
from workers.swift.failures.classes import FailureClass
from workers.swift.failures.explain import OF_SERVERS, OF_TRAININGS
from workers.swift.log_excerpt import error_line

KILLED = -9
ABORTED = -6  # by C++, whose exceptions end a process so: NCCL's watchdog, for one
# What a merge that failed is called by, where it says more than that it failed.
_OF_EXPORTS = frozenset(
    {
        Reason.OUT_OF_MEMORY,
        Reason.DISK_FULL,
        Reason.GPU_FAILED,
        Reason.PACKAGE_MISSING,
    }
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` is None when it went well; `message` is a sentence for the user."""

    ok: bool
    reason: Reason | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class ProcessEnd:
    """How a process ended by itself: its code, negative for a signal, the log's last lines, and the chains of
    exceptions that its ranks ended with, as far as they kept them; else they are read from those lines.

    `oom_killed` says that the kernel killed a process of this attempt for its memory, perhaps only a helper.
    """

    exit_code: int
    oom_killed: bool = False
    log_lines: Sequence[str] = ()
    chains: Sequence[Chain] = ()


@dataclass(frozen=True, slots=True)
class TrainResult:
    """What a run left: the last complete checkpoint, the last step of how many, the metrics (newest last).

    `may_stop_early` when the user asked for it, by `early_stop_interval` or `max_epochs`. `began_at` is the step of an
    earlier job's state that it went on from.
    """

    checkpoint: str | None
    global_step: int = 0
    max_steps: int = 0
    metrics: Sequence[Mapping[str, Any]] = ()
    may_stop_early: bool = False
    began_at: int = 0


def judge_train(end: ProcessEnd, result: TrainResult) -> Verdict:
    """Completed means: ended by itself with 0, a loss that is a number, every step done, a checkpoint of the last."""
    if end.exit_code != 0:
        return _failure(end)
    if has_diverged(result.metrics):
        return Verdict(False, Reason.DIVERGED, _why_diverged(result.metrics))
    if not _is_done(result):
        message = f"training ended by itself at step {result.global_step} of {result.max_steps or 'an unknown number'}"
        return Verdict(False, Reason.INCOMPLETE, message)
    if result.checkpoint is None:
        return Verdict(False, Reason.ARTEFACT_MISSING, "training ended without a complete checkpoint")
    return Verdict(True, message=_trained_words(result))


def judge_export(end: ProcessEnd, *, is_model: bool) -> Verdict:
    """Completed means: ended by itself with 0, and the folder is a whole model."""
    if end.exit_code == 0 and is_model:
        return Verdict(True, message="exported")
    if end.exit_code == 0:
        return Verdict(False, Reason.EXPORT_FAILED, "the export ended without a complete model")
    failure = _failure(end)
    if failure.reason in _OF_EXPORTS:
        return failure
    return Verdict(False, Reason.EXPORT_FAILED, failure.message)


def judge_push(end: ProcessEnd, model: str, repo: str) -> Verdict:
    """The hub's client ends with 0 only when the hub has taken it all."""
    if end.exit_code == 0:
        return Verdict(True, message="pushed")
    why = error_line(end.log_lines) if end.exit_code > 0 else _failure(end).message
    message = f"the model is in {model}, but it was not pushed to {repo}: {why}"
    return Verdict(False, Reason.PUSH_FAILED, message)


def judge_server_end(end: ProcessEnd) -> Verdict:
    """A server has no good end of its own."""
    if end.exit_code == 0:
        return Verdict(False, Reason.EXIT_NONZERO, "its server ended by itself")
    return _failure(end, OF_SERVERS)


def has_diverged(metrics: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the newest training metrics are of a broken model.

    A loss that is not a number is logged as 0.0 by default, beside a gradient norm that is none. A norm alone may
    overflow for a step: mixed precision then skips that step.
    """
    newest = next((record for record in reversed(metrics) if "loss" in record), None)
    return newest is not None and _is_broken(newest)


def _is_broken(record: Mapping[str, Any]) -> bool:
    return _is_not_finite(record["loss"]) or (record["loss"] == 0 and _is_not_finite(record.get("grad_norm", 0.0)))


def _why_diverged(metrics: Sequence[Mapping[str, Any]]) -> str:
    """What never was a number was not spoilt by learning."""
    if _is_broken(next(record for record in metrics if "loss" in record)):
        return (
            "the loss was no number from the first on; the model's weights may hold NaN (copy it again, whole), or its"
            " numbers are too large for float16 (set torch_dtype bfloat16 or float32)"
        )
    return "the loss is no longer a number; try a lower learning rate"


def _trained_words(result: TrainResult) -> str:
    began, ended = result.began_at, result.global_step
    return f"trained {ended - began} steps, from {began} to {ended}" if began else f"trained {ended} steps"


def _is_done(result: TrainResult) -> bool:
    """Unknown is never success."""
    if result.max_steps == 0:
        return False
    return result.global_step >= result.max_steps or (result.may_stop_early and result.checkpoint is not None)


def _failure(end: ProcessEnd, classes: Sequence[FailureClass] = OF_TRAININGS) -> Verdict:
    chains = _chains_of(end)
    known = explain(chains, classes)
    if end.oom_killed and not _says_more_than_killed(known):
        return Verdict(False, Reason.OUT_OF_MEMORY, "the host ran out of memory and its kernel killed the process")
    if known:
        return Verdict(False, known.reason, known.message)
    return Verdict(False, Reason.EXIT_NONZERO, _exit_message(end, chains))


def _chains_of(end: ProcessEnd) -> Sequence[Chain]:
    """What a signal ended raised nothing: what its log, or another rank, has to say came before or of it."""
    if end.exit_code < 0 and end.exit_code != ABORTED:
        return ()
    found = end.chains or [chain_in(end.log_lines)]
    left_out = left_out_for(end.log_lines)
    return [
        tuple(replace(each, told={**each.told, "left_out": left_out}) for each in chain) for chain in found if chain
    ]


def _says_more_than_killed(known: Explained | None) -> bool:
    """Of a helper that the kernel killed, others say that it is gone."""
    return known is not None and known.reason not in {Reason.EXIT_NONZERO, Reason.RANKS_DISCONNECTED}


def _exit_message(end: ProcessEnd, chains: Sequence[Chain]) -> str:
    if end.exit_code == KILLED:
        return "signal 9 killed the process; the usual cause is too little memory on the host"
    if end.exit_code < 0:
        return f"signal {-end.exit_code} ended the process"
    why = most_telling(chains) or without_place(error_line(end.log_lines))
    return f"ms-swift ended with exit code {end.exit_code}" + (f": {why}" if why else "")


def _is_not_finite(value: object) -> bool:
    """None stands for NaN in records that were made safe as JSON."""
    return value is None or (isinstance(value, float) and not math.isfinite(value))
