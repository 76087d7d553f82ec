"""How many optimizer steps a training has."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.swift.estimate.rows import Rows

# ms-swift's default for GRPO.
GENERATIONS = 8


@dataclass(frozen=True, slots=True)
class StepsEstimate:
    """`steps` is None when it cannot be told; `basis` is a sentence on what it rests on, or on what is missing."""

    steps: int | None
    basis: str


def estimate_steps(
    method: str, params: Mapping[str, Any], extra_args: Mapping[str, Any], gpus: int, rows: Rows | None
) -> StepsEstimate:
    """Records by epochs over (batch by accumulation by GPUs), rounded up as the trainer does, or `max_steps`.

    Expects options that were checked.
    """
    asked = int(extra_args.get("max_steps") or 0)
    if asked > 0:
        return StepsEstimate(asked, "max_steps in extra_args")
    if rows is None:
        return StepsEstimate(None, "unknown: the records of the data set cannot be counted here")
    for option in ("packing", "streaming"):
        if _is_on(extra_args.get(option)):
            return StepsEstimate(None, f"unknown: {option} decides how many records go into a step")
    try:
        return _counted(method, params, extra_args, gpus, rows)
    except (OverflowError, ValueError):
        return StepsEstimate(None, "unknown: the numbers are too large to count with")


def _counted(
    method: str, params: Mapping[str, Any], extra_args: Mapping[str, Any], gpus: int, rows: Rows
) -> StepsEstimate:
    batch = max(1, int(params.get("batch_size", 1)))
    asked = params.get("gradient_accumulation_steps")
    accumulation = max(1, int(asked or math.ceil(16 / batch / gpus)))
    epochs = float(params.get("num_epochs", 3))
    trained, note = _trained(method, extra_args, rows.count)
    batches = math.ceil(trained / (batch * gpus))
    steps = math.ceil(epochs * max(1, math.ceil(batches / accumulation)))
    basis = f"{rows}{note} × {epochs:g} epochs / (batch {batch} × accumulation {accumulation} × {gpus} GPUs)"
    return StepsEstimate(max(0, steps), basis)


def _trained(method: str, extra_args: Mapping[str, Any], rows: int) -> tuple[int, str]:
    held_back = min(1.0, max(0.0, float(extra_args.get("split_dataset_ratio") or 0)))
    kept = rows - int(rows * held_back)
    note = f" less {100 * held_back:g} % for validation" if held_back else ""
    if method != "grpo":
        return kept, note
    generations = int(extra_args.get("num_generations") or GENERATIONS)
    return kept * generations, f"{note} × {generations} answers each"


def _is_on(value: Any) -> bool:
    return str(value).lower() in {"true", "1", "yes", "t", "y"}
