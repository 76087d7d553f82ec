"""A workload that this pass leaves waiting."""

from dataclasses import dataclass

from common.reasons import Reason
from scheduler.shapes import Shape
from scheduler.workloads import Workload


@dataclass(frozen=True, slots=True)
class Waiting:
    """`reason` is set when it was not tried at all; otherwise it found too few GPUs and explain tells why."""

    workload: Workload
    shape: Shape
    reason: Reason | None
