"""Results of a training: read what its run left, as the verdict wants it."""

from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from common.jobs import Progress
from common.swift.programs.training.kept_state import FOLDER
from workers.swift.artefacts import is_complete, last_checkpoint, read_trainer_state
from workers.swift.metric_lines import Record, RecordKind, kind_of
from workers.swift.metrics import progress_after
from workers.swift.metrics_tail import FILE_NAME, read_all
from workers.swift.verdict import TrainResult

EARLY_STOPS = ("early_stop_interval", "max_epochs")


def read_train_result(output_dir: Path, extra_args: Mapping[str, Any], resumed_from: Path | None = None) -> TrainResult:
    """The result of the attempt that wrote to `output_dir`, going on from another one's checkpoint or not.

    The log knows the last step even when the last checkpoint is an older one (`save_strategy` best).
    """
    progress, newest = _read_log(output_dir / FILE_NAME)
    checkpoint = last_checkpoint(output_dir) or _done_already(resumed_from)
    state = read_trainer_state(checkpoint) if checkpoint else None
    return TrainResult(
        checkpoint=str(checkpoint) if checkpoint else None,
        global_step=max(progress.step, state.global_step if state else 0),
        max_steps=progress.max_steps or (state.max_steps if state else 0),
        metrics=newest or (state.log_history if state else ()),
        may_stop_early=any(extra_args.get(name) for name in EARLY_STOPS),
    )


def began_at(output_dir: Path, step: int) -> int:
    """The step that a training went on from; 0 where it counted from the first one again, as its log tells."""
    logged = (
        progress_after(one, Progress()) for one in read_all(output_dir / FILE_NAME) if kind_of(one) is RecordKind.TRAIN
    )
    first = next(logged, None)
    return step if first and first.step > step else 0


def final_progress(output_dir: Path) -> Progress | None:
    """The numbers that a training ended with; None where it logged none."""
    progress, newest = _read_log(output_dir / FILE_NAME)
    return progress if newest else None


def told_best(output_dir: Path) -> str:
    """The path of the checkpoint that the run's summary calls best; empty where it wrote none, or calls none so."""
    told = ""
    for record in read_all(output_dir / FILE_NAME):
        if kind_of(record) is RecordKind.SUMMARY:
            told = str(record.get("best_model_checkpoint") or "")
    return told


def _done_already(resumed_from: Path | None) -> Path | None:
    """A checkpoint of the very last step: who goes on from there has nothing to train, and saves nothing."""
    state = read_trainer_state(resumed_from) if resumed_from else None
    if resumed_from is None or state is None or not 0 < state.max_steps <= state.global_step:
        return None
    # Beside a state that was kept lies what the job asked for.
    offered = resumed_from.parent.parent / resumed_from.name
    return offered if resumed_from.parent.name == FOLDER and is_complete(offered) else resumed_from


def _read_log(path: Path) -> tuple[Progress, tuple[Record, ...]]:
    """Progress at the end of the log, and its newest training record."""
    progress, newest = Progress(), deque[Record](maxlen=1)
    for record in read_all(path):
        progress = progress_after(record, progress)
        if kind_of(record) is RecordKind.TRAIN:
            newest.append(record)
    return progress, tuple(newest)
