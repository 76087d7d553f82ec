"""Estimates of what a training will take: steps from counted records, memory from a model's files; pure but for reading
files, silent where there is nothing to go by; when it may start is in scheduler/plan.
"""

from common.swift.estimate.memory import MemoryEstimate, estimate_memory
from common.swift.estimate.model_size import ModelSize, model_size
from common.swift.estimate.rows import Rows, count_all_rows, count_rows
from common.swift.estimate.steps import StepsEstimate, estimate_steps

__all__ = [
    "MemoryEstimate",
    "ModelSize",
    "Rows",
    "StepsEstimate",
    "count_all_rows",
    "count_rows",
    "estimate_memory",
    "estimate_steps",
    "model_size",
]
