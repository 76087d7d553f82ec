"""What an attempt has saved so far: its whole checkpoints, with what was logged of each."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from common.checkpoints import Checkpoint
from workers.swift.artefacts import CHECKPOINT, TRAINER_STATE, can_go_on_from, is_complete
from workers.swift.metrics_tail import FILE_NAME
from workers.swift.numbers import NONE, Numbers, numbers_at


def whole_checkpoints(output: Path, but: Collection[str] = ()) -> list[Path]:
    """Those that this attempt saved itself, fewest steps first, without those names; one half written is none."""
    fresh = (path for path in saved_folders(output) if path.name not in but)
    return sorted(filter(is_complete, fresh), key=step_of)


def saved_folders(output: Path) -> Iterator[Path]:
    """Whatever is called so, has what is written last, and is no link to an earlier attempt's."""
    try:
        with os.scandir(output) as entries:
            names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    yield from (
        output / name for name in names if CHECKPOINT.fullmatch(name) and (output / name / TRAINER_STATE).exists()
    )


def step_of(checkpoint: Path) -> int:
    return int(checkpoint.name.rpartition("-")[2])


def described(checkpoints: Collection[Path], attempt: int, node: str) -> dict[str, Checkpoint]:
    """All that is to be told of checkpoints in one folder, by their names."""
    if not checkpoints:
        return {}
    log = next(iter(checkpoints)).with_name(FILE_NAME)
    numbers = numbers_at(log, [step_of(path) for path in checkpoints])
    return {path.name: _described(path, attempt, node, numbers.get(step_of(path), NONE)) for path in checkpoints}


def _described(path: Path, attempt: int, node: str, logged: Numbers) -> Checkpoint:
    return Checkpoint(
        name=path.name,
        path=str(path),
        step=step_of(path),
        attempt=attempt,
        node=node,
        size_bytes=_bytes_of(path),
        resumable=can_go_on_from(path),
        epoch=logged.epoch,
        loss=logged.loss,
        evaluation=dict(logged.evaluation or {}),
    )


def _bytes_of(folder: Path) -> int:
    """A file that goes meanwhile counts for nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(place, name).lstat().st_size
            except OSError:
                continue
    return total
