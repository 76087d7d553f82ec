"""How long a merge may take on this node: by the size of its model, and by what the last one took for its size."""

import json
from contextlib import suppress
from pathlib import Path

from common.plain_files import read_plain
from workers.runner_control import write_json

_FILE = "merge_time.json"
_WEIGHTS = ("*.safetensors", "*.bin")
# Imports and start of ms-swift, then reading and writing the weights.
_START_SECONDS = 8.0
_BYTES_PER_SECOND = 200e6
# Of a model that is not in a folder of this node yet: some seven billion weights.
_UNKNOWN_BYTES = 15_000_000_000
_FACTORS = (0.1, 20.0)


def expected_merge_seconds(node_folder: Path, model: Path) -> int:
    """How long a merge into `model` may take, at least a second."""
    return max(1, round(_by_size(model) * _factor(node_folder)))


def note_merge(node_folder: Path, model: Path, seconds: float) -> None:
    """Remember how long it took, against what its size let expect."""
    low, high = _FACTORS
    factor = max(low, min(high, seconds / _by_size(model)))
    with suppress(OSError):  # an estimate is worth no failure
        write_json(node_folder / _FILE, {"factor": factor})


def _by_size(model: Path) -> float:
    return _START_SECONDS + _bytes_of(model) / _BYTES_PER_SECOND


def _bytes_of(model: Path) -> int:
    if not model.is_absolute() or not model.is_dir():
        return _UNKNOWN_BYTES
    try:
        return sum(file.stat().st_size for pattern in _WEIGHTS for file in model.glob(pattern))
    except OSError:
        return _UNKNOWN_BYTES


def _factor(node_folder: Path) -> float:
    low, high = _FACTORS
    try:
        return max(low, min(high, float(json.loads(read_plain(node_folder / _FILE))["factor"])))
    except (OSError, ValueError, TypeError, KeyError):
        return 1.0
