"""Is this folder a model that ms-swift can load? Reads names, sizes, JSON files and the heads of the weights."""

import json
import os
import re
import zipfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import msgspec

from common.field_problem import FieldProblem
from common.plain_files import open_plain, read_plain
from common.reasons import Reason
from common.swift.data.something_else import IS_A_POINTER, PAGE, POINTER, ZEROS
from common.swift.inputs.models.config import config_problem
from common.swift.inputs.models.safetensors_header import cut_problem

WEIGHTS = (".safetensors", ".bin", ".pt", ".pth", ".gguf")
NOT_WEIGHTS = frozenset({"training_args.bin", "optimizer.bin", "optimizer.pt", "scheduler.pt"})
NUMBERED = re.compile(r"(.+-)\d{5}-of-(\d{5})(\.safetensors|\.bin)")
HEAD_BYTES, ZIP_MARK = 4096, b"PK\x03\x04"
POINTER_MAX_BYTES = 1024
BESIDE_WEIGHTS = frozenset({".json", ".model", ".txt", ".tiktoken", ".jinja"})
# What `transformers` reads of a model besides, where it is there.
READ_WITH_MODEL = frozenset({
    "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
    "added_tokens.json", "vocab.json", "preprocessor_config.json", "processor_config.json", "chat_template.json",
    "model.safetensors.index.json", "pytorch_model.bin.index.json",
})  # fmt: skip
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
    path = folder / "config.json"
    config = read_json(path)
    if not isinstance(config, dict):
        return pointer_problem(path) or not_an_object(path)
    if why := config_problem(config):
        return f"{path} {why}"
    return _weights_problem(folder, names) or damaged_file(folder, names)


def _without_config(folder: Path, names: set[str]) -> str:
    if "adapter_config.json" in names:
        return f"{folder} is an adapter, not a model; give its merged export, or the base model"
    return f"{folder} has no config.json" if names else f"{folder} is empty"


def _weights_problem(folder: Path, names: set[str]) -> str:
    weights = sorted(name for name in names if name.endswith(WEIGHTS) and name not in NOT_WEIGHTS)
    if not weights:
        return f"{folder} has no weights ({', '.join(f'*{suffix}' for suffix in WEIGHTS)})"
    missing = sorted((_indexed_files(folder, names) or _numbered_files(weights)) - names)
    if missing:
        by = "its index names" if _indexed_files(folder, names) else "the others are numbered with"
        return f"{folder} lacks {len(missing)} of the files that {by}, {missing[0]} first"
    return next((why for name in weights if (why := weight_file_problem(folder / name))), "")


def _indexed_files(folder: Path, names: set[str]) -> set[str]:
    """The weight files that an index names; of two indexes (safetensors and bin) one complete set is enough."""
    sets = [
        indexed_files(folder / name)
        for name in sorted(names)
        if name.endswith((".safetensors.index.json", ".bin.index.json"))
    ]
    return min(sets, key=lambda files: len(files - names), default=set())


def _numbered_files(weights: list[str]) -> set[str]:
    """Those that belong to numbered ones, where no index names them: model-00002-of-00003.safetensors."""
    found = next((found for name in weights if (found := NUMBERED.fullmatch(name))), None)
    if found is None:
        return set()
    begin, of, end = found.groups()
    return {f"{begin}{number:0{len(of)}}-of-{of}{end}" for number in range(1, int(of) + 1)}


def indexed_files(index: Path) -> set[str]:
    """The weight files that this index names; none of one that cannot be read."""
    content = read_json(index)
    mapping = content.get("weight_map") if isinstance(content, dict) else None
    return {str(name) for name in mapping.values()} if isinstance(mapping, dict) else set()


def weight_file_problem(path: Path) -> str:
    """What keeps a file of weights from being read; empty when nothing was found. Raises OSError."""
    if not os.access(path, os.R_OK):
        return f"{path} is not readable for this service"
    if path.stat().st_size == 0:
        return f"{path} is empty"
    return _something_else(path) or (cut_problem(path) if path.suffix == ".safetensors" else "")


def _something_else(path: Path) -> str:
    """Of a file that begins, or ends, as no weights do."""
    with os.fdopen(open_plain(path), "rb") as file:
        head = file.read(HEAD_BYTES)
        if head.startswith(POINTER):
            return f"{path} is {IS_A_POINTER}"
        if not head.strip(b"\0"):
            return f"{path} is full of {ZEROS}"
        if PAGE.match(head):
            return f"{path} is an HTML page, in place of the weights; download those"
        is_cut = head.startswith(ZIP_MARK) and not zipfile.is_zipfile(file)
    return f"{path} is cut off; copy it again, whole" if is_cut else ""


def damaged_file(folder: Path, names: Iterable[str]) -> str:
    """What keeps one of the small files beside the weights from being read, those of the tokenizer among them."""
    return next((why for name in sorted(names) if (why := _damaged(folder / name))), "")


def _damaged(path: Path) -> str:
    if path.suffix in BESIDE_WEIGHTS and (why := pointer_problem(path)):
        return why
    return not_an_object(path) if path.name in READ_WITH_MODEL and not _is_object(path) else ""


def pointer_problem(path: Path) -> str:
    """What is wrong with a file that Git LFS has not fetched; empty of any other. Raises OSError."""
    if not path.is_file() or path.stat().st_size > POINTER_MAX_BYTES:
        return ""
    return f"{path} is {IS_A_POINTER}" if read_plain(path).startswith(POINTER) else ""


def not_an_object(path: Path) -> str:
    """The sentence on a JSON file that is damaged."""
    return f"{path} is not a JSON object: it is damaged, or cut off; copy it again, whole"


def _is_object(path: Path) -> bool:
    state = path.stat()
    return _holds_object(path, state.st_ino, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=1024)
def _holds_object(path: Path, *_state: int) -> bool:
    """A tokenizer has megabytes: each is read once as long as it stays the same."""
    try:
        msgspec.json.decode(read_plain(path), type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, ValueError):
        return isinstance(read_json(path), dict)  # NaN, which some write, is none of msgspec's
    return True


def read_json(path: Path) -> object:
    """What a small JSON file holds; None when it is none, or is not small."""
    try:
        if path.stat().st_size > JSON_MAX_BYTES:
            return None
        content: object = json.loads(read_plain(path))
    except (ValueError, RecursionError):
        return None
    return content
