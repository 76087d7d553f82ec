"""The state of a training: one checkpoint with the optimizer's is kept beside those that the job asked for, so that
another attempt goes on from it.

Its weights are the newest checkpoint's own files, by hard links; what makes it a state lies here only. It stands
outside of `save_total_limit`, and of what the job offers as its result.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

FOLDER = "resume"
# What transformers, DeepSpeed and FSDP write for nobody but a trainer that goes on.
STATE = ("optimizer.pt", "optimizer.bin", "scheduler.pt", "scaler.pt", "rng_state*.pth", "latest", "zero_to_fp32.py")
STATE_FOLDERS = ("global_step*", "optimizer_*")
WEIGHTS = ("adapter_model.*", "model*.safetensors", "pytorch_model*.bin", "default")


def keep(checkpoint: Path) -> Path:
    """Make this the checkpoint to go on from, and leave in `checkpoint` what the job asked for. Raises OSError.

    Whenever it is cut off, a whole checkpoint with its state is in one of the two places.
    """
    folder = checkpoint.parent / FOLDER
    draft, kept = folder / f".{checkpoint.name}", folder / checkpoint.name
    shutil.rmtree(draft, ignore_errors=True)
    shutil.rmtree(kept, ignore_errors=True)
    _link(checkpoint, draft)
    draft.rename(kept)
    if any(any(checkpoint.glob(name)) for name in WEIGHTS):  # else its weights are in those parts only
        _remove_state(checkpoint)
    for other in folder.iterdir():
        if other.name != kept.name:
            shutil.rmtree(other, ignore_errors=True)
    return kept


def kept_states(output: Path) -> list[Path]:
    """What an attempt that wrote to `output` kept; a draft is none."""
    return sorted((output / FOLDER).glob("checkpoint-*"))


def state_bytes(checkpoint: Path) -> int:
    """What a state takes on the disk beyond the weights."""
    paths = list(_state_of(checkpoint))
    files = [path for path in paths if path.is_file()]
    files += [file for path in paths if path.is_dir() for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)


def _link(source: Path, target: Path) -> None:
    for folder, _, names in os.walk(source):
        place = target / Path(folder).relative_to(source)
        place.mkdir(parents=True)
        for name in names:
            _link_file(Path(folder, name), place / name)


def _link_file(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a disk that knows no hard links
        shutil.copy2(source, target)


def _remove_state(checkpoint: Path) -> None:
    for path in _state_of(checkpoint):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _state_of(checkpoint: Path) -> Iterator[Path]:
    for pattern in STATE:
        yield from checkpoint.glob(pattern)
    for pattern in STATE_FOLDERS:
        yield from (path for path in checkpoint.glob(pattern) if path.is_dir())
