"""The numbers that a training logged when it saved: of each checkpoint its loss, its epoch and its evaluation."""

from bisect import bisect_left
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from common.jobs import Progress
from workers.swift.metric_lines import RecordKind, kind_of
from workers.swift.metrics import progress_after
from workers.swift.metrics_tail import read_all

EVALUATION = "eval_"
# How long the evaluation took says nothing of the model.
OF_TIME = frozenset({"eval_runtime", "eval_samples_per_second", "eval_steps_per_second"})
EVALUATION_MAX = 32
_BEFORE = Progress()


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of one step."""

    epoch: float | None = None
    loss: float | None = None
    evaluation: Mapping[str, float] | None = None


NONE = Numbers()


def numbers_at(log: Path, steps: Collection[int]) -> dict[int, Numbers]:
    """Of each of these steps what the log has of it: the evaluation is that step's, the others the newest before it."""
    wanted = sorted(steps)
    found: dict[int, Numbers] = {}
    for record in read_all(log) if wanted else ():
        progress = progress_after(record, _BEFORE)
        place = bisect_left(wanted, progress.step)
        if not progress.step or place == len(wanted):
            continue
        step = wanted[place]
        before = found.get(step, NONE)
        match kind_of(record):
            case RecordKind.TRAIN:
                found[step] = replace(before, epoch=progress.epoch, loss=progress.loss)
            case RecordKind.EVAL if step == progress.step:
                found[step] = replace(before, evaluation=evaluation_of(record))
    return found


def evaluation_of(record: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of an evaluation, under ms-swift's names."""
    numbers = {
        name: float(value)
        for name, value in record.items()
        if name.startswith(EVALUATION) and name not in OF_TIME and _is_number(value)
    }
    return dict(list(numbers.items())[:EVALUATION_MAX])


def metric_in(evaluation: Mapping[str, float] | None, metric: str) -> float | None:
    """`metric` as users name it, with `eval_` before it or without."""
    return (evaluation or {}).get(f"{EVALUATION}{metric.removeprefix(EVALUATION)}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
