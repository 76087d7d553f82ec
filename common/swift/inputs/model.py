"""Is this folder a model that ms-swift can load? Reads names, sizes and two small JSON files, no weights."""

import json
import os
from pathlib import Path

from common.field_problem import FieldProblem
from common.plain_files import open_plain, read_plain
from common.reasons import Reason

WEIGHTS = (".safetensors", ".bin", ".pt", ".pth", ".gguf")
NOT_WEIGHTS = frozenset({"training_args.bin", "optimizer.bin", "optimizer.pt", "scheduler.pt"})
LFS_POINTER = b"version https://git-lfs"
JSON_MAX_BYTES = 64 * 1024 * 1024


def check_model_path(path: str | Path, field: str = "model_path") -> list[FieldProblem]:
    """What keeps the model folder at `path` from being loaded; empty when nothing was found."""
    folder = Path(path)
    if not folder.exists():
        return [FieldProblem(field, Reason.MODEL_NOT_FOUND, f"{folder} does not exist on this machine")]
    try:
        why = _why_not(folder)
    except OSError as error:
        why = f"{folder} cannot be read: {error.strerror}"
    return [FieldProblem(field, Reason.MODEL_INVALID, why)] if why else []


def _why_not(folder: Path) -> str:
    if not folder.is_dir():
        return f"{folder} is a file; give the folder that has config.json and the weights"
    names = {entry.name for entry in folder.iterdir()}
    if "config.json" not in names:
        return _without_config(folder, names)
    if not isinstance(read_json(folder / "config.json"), dict):
        return f"{folder / 'config.json'} is not a JSON object"
    return _weights_problem(folder, names)


def _without_config(folder: Path, names: set[str]) -> str:
    if "adapter_config.json" in names:
        return f"{folder} is an adapter, not a model; give its merged export, or the base model"
    return f"{folder} has no config.json" if names else f"{folder} is empty"


def _weights_problem(folder: Path, names: set[str]) -> str:
    weights = sorted(name for name in names if name.endswith(WEIGHTS) and name not in NOT_WEIGHTS)
    if not weights:
        return f"{folder} has no weights ({', '.join(f'*{suffix}' for suffix in WEIGHTS)})"
    missing = sorted(_indexed_files(folder, names) - names)
    if missing:
        return f"{folder} lacks {len(missing)} of the files that its index names, {missing[0]} first"
    return next((why for name in weights if (why := weight_file_problem(folder / name))), "")


def _indexed_files(folder: Path, names: set[str]) -> set[str]:
    """The weight files that an index names; of two indexes (safetensors and bin) one complete set is enough."""
    sets = [
        _files_of(folder / name)
        for name in sorted(names)
        if name.endswith((".safetensors.index.json", ".bin.index.json"))
    ]
    return min(sets, key=lambda files: len(files - names), default=set())


def _files_of(index: Path) -> set[str]:
    content = read_json(index)
    mapping = content.get("weight_map") if isinstance(content, dict) else None
    return {str(name) for name in mapping.values()} if isinstance(mapping, dict) else set()


def weight_file_problem(path: Path) -> str:
    """What keeps a file of weights from being read; empty when nothing was found."""
    if not os.access(path, os.R_OK):
        return f"{path} is not readable for this service"
    if path.stat().st_size == 0:
        return f"{path} is empty"
    with os.fdopen(open_plain(path), "rb") as file:
        pointer = file.read(len(LFS_POINTER)) == LFS_POINTER
    return f"{path} is a Git LFS pointer, not the weights; fetch them first" if pointer else ""


def read_json(path: Path) -> object:
    """What a small JSON file holds; None when it is none, or is not small."""
    try:
        if path.stat().st_size > JSON_MAX_BYTES:
            return None
        content: object = json.loads(read_plain(path))
    except (ValueError, RecursionError):
        return None
    return content
