"""Judge a phase by what it left: the exit, the log, the files."""

from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from common.jobs import Progress
from workers.swift.artefacts import is_model_dir, last_checkpoint, read_trainer_state
from workers.swift.log_excerpt import last_lines
from workers.swift.metrics import FILE_NAME, MetricsTail, Record, RecordKind, kind_of, progress_after
from workers.swift.rules import ProcessEnd, TrainResult, Verdict, export_verdict, train_verdict

__all__ = ["Ended", "Verdict", "judge_export", "judge_train", "read_train_result"]

LOG_LINES = 100
EARLY_STOPS = ("early_stop_interval", "max_epochs")


class Ended(Protocol):
    """What is asked of an exit record; one of a process that ended by itself, not of one that was stopped."""

    @property
    def exit_code(self) -> int: ...
    @property
    def oom_killed(self) -> bool: ...


def judge_train(ended: Ended, output_dir: Path, log_path: Path, extra_args: Mapping[str, Any] | None = None) -> Verdict:
    """Whether the attempt that wrote to `output_dir` trained what was asked for."""
    return train_verdict(_end(ended, log_path), read_train_result(output_dir, extra_args or {}))


def judge_export(ended: Ended, folder: Path, log_path: Path) -> Verdict:
    """Whether `folder` holds a whole model now."""
    return export_verdict(_end(ended, log_path), is_model=is_model_dir(folder))


def read_train_result(output_dir: Path, extra_args: Mapping[str, Any]) -> TrainResult:
    """The result of the attempt that wrote to `output_dir`.

    The log knows the last step even when the last checkpoint is an older one (`save_strategy` best).
    """
    progress, newest = _read_log(output_dir / FILE_NAME)
    checkpoint = last_checkpoint(output_dir)
    state = read_trainer_state(checkpoint) if checkpoint else None
    return TrainResult(
        checkpoint=str(checkpoint) if checkpoint else None,
        global_step=max(progress.step, state.global_step if state else 0),
        max_steps=progress.max_steps or (state.max_steps if state else 0),
        metrics=newest or (state.log_history if state else ()),
        may_stop_early=any(extra_args.get(name) for name in EARLY_STOPS),
    )


def _end(ended: Ended, log_path: Path) -> ProcessEnd:
    return ProcessEnd(ended.exit_code, ended.oom_killed, last_lines(log_path, LOG_LINES))


def _read_log(path: Path) -> tuple[Progress, tuple[Record, ...]]:
    """Progress at the end of the log, and its newest training record."""
    progress, newest = Progress(), deque[Record](maxlen=1)
    for record in MetricsTail(path).read_all():
        progress = progress_after(record, progress)
        if kind_of(record) is RecordKind.TRAIN:
            newest.append(record)
    return progress, tuple(newest)
