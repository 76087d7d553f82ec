"""Artefacts of a run, as it left them on disk: checkpoints, their state, merged models."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.plain_files import read_plain
from common.swift.inputs import ADAPTER_WEIGHTS, check_model_path
from common.swift.programs.training import kept_state
from workers.attempts.log_tail import read_at, size_of

CHECKPOINT = re.compile(r"checkpoint-\d{1,15}")
LAST_CHECKPOINT_LINK = "last-checkpoint"
TRAINER_STATE = "trainer_state.json"
# Of a larger one the history is not read: it would take ten times as much memory.
TRAINER_STATE_WHOLE_BYTES = 16 * 1024 * 1024
TRAINER_STATE_ENDS_BYTES = 64 * 1024
# transformers writes it with sorted keys and an indent of two: the history is between these two.
STEPS = {
    name: re.compile(rf'^  "{name}": (\d{{1,15}}),?$'.encode(), re.MULTILINE) for name in ("global_step", "max_steps")
}
BEST = re.compile(rb'^  "best_model_checkpoint": ("[^\n]{1,5000}"),?$', re.MULTILINE)
# Beside peft's adapters: those of ms-swift's own tuners (`default/`), and the folders that reft and FSDP write.
OTHER_WEIGHTS = ("default", "reft", "pytorch_model_fsdp_0")


@dataclass(frozen=True, slots=True)
class TrainerState:
    """What the trainer knew when it saved; `log_history` has the metrics, bare NaN included. `best` is a path as it was
    then, of the checkpoint with the best evaluation among those that were saved; empty without evaluations.
    """

    global_step: int
    max_steps: int
    log_history: tuple[dict[str, Any], ...] = ()
    best: str = ""


def last_checkpoint(output_dir: Path) -> Path | None:
    """The newest complete checkpoint: the link's target, never the highest number, which may be torn.

    ms-swift replaces the link after a save has ended. A target outside `output_dir` is none.
    """
    link = output_dir / LAST_CHECKPOINT_LINK
    if not link.is_symlink():
        return None
    checkpoint = link.resolve()
    return checkpoint if checkpoint.parent == output_dir.resolve() and is_complete(checkpoint) else None


def is_complete(checkpoint: Path) -> bool:
    """Whether weights (an adapter's or a model's) and a readable trainer state are there."""
    return _has_weights(checkpoint) and read_trainer_state(checkpoint) is not None


def has_optimizer_state(checkpoint: Path) -> bool:
    """Whether a resume goes on where this stopped; without it ms-swift restarts the schedule and says nothing."""
    if (checkpoint / "optimizer.pt").exists() or any(checkpoint.glob("optimizer_*")):
        return (checkpoint / "scheduler.pt").exists()
    return _has_deepspeed_state(checkpoint)


def can_go_on_from(checkpoint: Path) -> bool:
    """Whether it has such a state, in itself or kept beside it."""
    kept = checkpoint.parent / kept_state.FOLDER / checkpoint.name
    return has_optimizer_state(checkpoint) or has_optimizer_state(kept)


def is_model_dir(folder: Path) -> bool:
    """Whether the folder is a whole model: config and every weight file that its index names."""
    return not check_model_path(folder)


def read_trainer_state(checkpoint: Path) -> TrainerState | None:
    """The checkpoint's trainer_state.json; nothing when it is missing or torn."""
    path = checkpoint / TRAINER_STATE
    if (size_of(path) or 0) > TRAINER_STATE_WHOLE_BYTES:
        return _read_huge_state(path)
    try:
        content = json.loads(read_plain(path))
        steps, history = (int(content["global_step"]), int(content["max_steps"])), tuple(content["log_history"])
        return TrainerState(*steps, history, str(content.get("best_model_checkpoint") or ""))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _read_huge_state(path: Path) -> TrainerState | None:
    """Without its history."""
    size = size_of(path) or 0
    end = read_at(path, size - TRAINER_STATE_ENDS_BYTES, TRAINER_STATE_ENDS_BYTES)
    ends = read_at(path, 0, TRAINER_STATE_ENDS_BYTES) + end
    step, most = (pattern.search(ends) for pattern in STEPS.values())
    if step is None or most is None or not end.rstrip().endswith(b"}"):
        return None
    best = BEST.search(ends)
    return TrainerState(int(step[1]), int(most[1]), best=str(json.loads(best[1])) if best else "")


def _has_weights(checkpoint: Path) -> bool:
    adapter = any(_has_bytes(checkpoint / name) for name in ADAPTER_WEIGHTS)
    return adapter or any((checkpoint / name).is_dir() for name in OTHER_WEIGHTS) or is_model_dir(checkpoint)


def _has_bytes(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _has_deepspeed_state(checkpoint: Path) -> bool:
    latest = checkpoint / "latest"
    return latest.is_file() and (checkpoint / latest.read_text(encoding="utf-8").strip()).is_dir()
