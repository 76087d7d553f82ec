"""Which checkpoint a finished training took: its last one, or the best where the job asked for that."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.checkpoints import BEST, NOTHING_KEPT, Checkpoints
from common.jobs import Job
from common.swift.inputs.models.saved_arguments import check_saved_arguments, saved_arguments
from workers.outputs.marker import marked_outputs
from workers.outputs.saved import step_of, whole_checkpoints
from workers.swift.artefacts import CHECKPOINT, is_complete, read_trainer_state
from workers.swift.metrics_tail import FILE_NAME
from workers.swift.numbers import NONE, metric_in, numbers_at
from workers.swift.results import told_best

DEFAULT_METRIC = "loss"  # ms-swift's own (its arguments/sft_args.py), as is that losses are to be small
YES = frozenset({"true", "yes", "t", "y", "1"})  # as transformers reads them


@dataclass(frozen=True, slots=True)
class Chosen:
    """`checkpoint` is what is merged, exported and served; None when there is none. `why` is a sentence, or empty."""

    checkpoint: Path | None = None
    kept: Checkpoints = NOTHING_KEPT
    why: str = ""


def wants_best(extra_args: Mapping[str, Any]) -> bool:
    """Whether the job asked for its best checkpoint rather than for its last one."""
    loads = str(extra_args.get("load_best_model_at_end", "")).lower() in YES
    return loads or bool(extra_args.get("metric_for_best_model")) or extra_args.get("save_strategy") == BEST


def choose(job: Job, output: Path, last: Path | None) -> Chosen:
    """Of what the attempt that wrote to `output` left, or went on from; `last` is its last complete checkpoint."""
    metric, told = _metric(job, output), told_best(output) or _told_in(last)
    wanted = wants_best(job.spec.extra_args)
    best = _proved(job, output, told) if told else _best_of_saved(output, metric) if wanted else None
    is_known = bool(told or best)
    kept = Checkpoints(
        last_checkpoint=str(last or ""),
        last_metric=_value(last, metric) if is_known else None,
        best_checkpoint=str(best or ""),
        best_metric=_value(best, metric),
        metric_for_best_model=metric if is_known else "",
    )
    if best and (wanted or last is None):
        return Chosen(best, kept, _best_words(best, last, kept))
    return Chosen(last, kept, _last_words(last, told, metric) if last and wanted else "")


def _told_in(last: Path | None) -> str:
    state = read_trainer_state(last) if last else None
    return state.best if state else ""


def _proved(job: Job, output: Path, told: str) -> Path | None:
    """The best one, when it lies where attempts of this job write, is whole, and nothing in it would run code.

    A training that went on from an earlier attempt's checkpoint may have its best one there. Another name leads to it
    where ms-swift made links (`create_checkpoint_symlink`).
    """
    best = Path(told).resolve()
    own = {output.resolve(), *(path.resolve() for path, _ in marked_outputs(output.parent, job))}
    if best.parent not in own or not CHECKPOINT.fullmatch(best.name) or not is_complete(best):
        return None
    return None if check_saved_arguments(best, "checkpoint") else best


def _best_of_saved(output: Path, metric: str) -> Path | None:
    """ms-swift calls none the best that was not saved right behind its best evaluation: then the best that there is."""
    saved = {step_of(path): path for path in whole_checkpoints(output)}
    numbers = numbers_at(output / FILE_NAME, saved)
    values = {
        step: value for step in saved if (value := metric_in(numbers.get(step, NONE).evaluation, metric)) is not None
    }
    if not values:
        return None
    greater = saved_arguments(output).get("greater_is_better")
    is_greater_better = greater if isinstance(greater, bool) else "loss" not in metric
    return saved[max(values, key=lambda step: values[step] if is_greater_better else -values[step])].resolve()


def _metric(job: Job, output: Path) -> str:
    """What ms-swift compared: as it wrote down itself, where that can be read."""
    name = "metric_for_best_model"
    return str(saved_arguments(output).get(name) or job.spec.extra_args.get(name) or DEFAULT_METRIC)


def _value(checkpoint: Path | None, metric: str) -> float | None:
    """By the log of the attempt that saved it."""
    state = read_trainer_state(checkpoint) if checkpoint else None
    if checkpoint is None or state is None:
        return None
    numbers = numbers_at(checkpoint.parent / FILE_NAME, [state.global_step])
    return metric_in(numbers.get(state.global_step, NONE).evaluation, metric)


def _best_words(best: Path, last: Path | None, kept: Checkpoints) -> str:
    metric, value = kept.metric_for_best_model, _shown(kept.best_metric)
    if last is None:
        return f"took {best.name}, the best by {metric} ({value}); save_total_limit left no last one"
    if best == last:
        return f"took {best.name}, the best by {metric} ({value}) and the last"
    return f"took {best.name}, the best by {metric} ({value}); the last, {last.name}, has {_shown(kept.last_metric)}"


def _shown(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.6g}"


def _last_words(last: Path, told: str, metric: str) -> str:
    if told:
        return f"took the last, {last.name}: the best by {metric}, {Path(told).name}, is gone or not whole"
    return f"took the last, {last.name}: none was evaluated by {metric}"
