"""A workload that this pass leaves waiting."""

from typing import NamedTuple

from common.reasons import Reason
from scheduler.plan.shapes import Shape
from scheduler.plan.workloads import Workload


class Waiting(NamedTuple):
    """`reason` is set when it was not tried at all; otherwise it found too few GPUs and explain tells why."""

    workload: Workload
    shape: Shape
    reason: Reason | None
