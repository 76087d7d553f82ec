"""Names, types and shapes of the weights in safetensors files: a file tells them at its start, as JSON."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from common.plain_files import open_plain

HEADER_MAX_BYTES = 64 * 1024 * 1024
LENGTH_BYTES = 8
# Packed weights (four or eight bits in larger numbers) have other shapes than the layers that they are of.
PLAIN_TYPES = ("F", "BF")


@dataclass(frozen=True, slots=True)
class Weight:
    """One tensor; `is_plain` says that its shape is that of the layer."""

    shape: tuple[int, ...]
    is_plain: bool = True


def weights_of(folder: Path, pattern: str = "*.safetensors") -> dict[str, Weight]:
    """Every weight in the folder's files by name; those that cannot be read are left out."""
    found: dict[str, Weight] = {}
    for path in sorted(folder.glob(pattern)):
        found |= _header(path)
    return found


def cut_problem(path: Path) -> str:
    """What keeps the file from being read whole: less is there than its head promises. Raises OSError."""
    there = path.stat().st_size
    with os.fdopen(open_plain(path), "rb") as file:
        size = int.from_bytes(file.read(LENGTH_BYTES), "little")
        if size > HEADER_MAX_BYTES:
            return f"{path} is no safetensors file"
        head = file.read(size)
    try:
        content = json.loads(head)
        promised = LENGTH_BYTES + size + max((_end(entry) for entry in content.values()), default=0)
    except (ValueError, RecursionError, AttributeError):
        whole = len(head) == size and there >= LENGTH_BYTES
        return f"{path} {'has a damaged head' if whole else 'is cut off'}; copy it again, whole"
    if there < promised:
        return f"{path} is cut off: it has {there} of the {promised} bytes that its head promises; copy it again, whole"
    return ""


def _header(path: Path) -> dict[str, Weight]:
    try:
        with os.fdopen(open_plain(path), "rb") as file:
            size = int.from_bytes(file.read(LENGTH_BYTES), "little")
            content = json.loads(file.read(size)) if size <= HEADER_MAX_BYTES else {}
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(content, dict):
        return {}
    return {str(name): weight for name, entry in content.items() if (weight := _weight(entry))}


def _end(entry: object) -> int:
    """Where the tensor ends behind the head; 0 of what is no tensor."""
    offsets = entry.get("data_offsets") if isinstance(entry, Mapping) else None
    return offsets[1] if isinstance(offsets, list) and len(offsets) == 2 and isinstance(offsets[1], int) else 0


def _weight(entry: object) -> Weight | None:
    if not isinstance(entry, Mapping):
        return None
    shape = entry.get("shape")
    if not isinstance(shape, list) or not all(isinstance(size, int) for size in shape):
        return None
    return Weight(tuple(shape), str(entry.get("dtype")).startswith(PLAIN_TYPES))
