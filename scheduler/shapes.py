"""What one pass has learnt about workloads of the same shape, so that each shape is judged once."""

import math

from common.reasons import Reason
from scheduler.candidates import Candidates
from scheduler.capacity import Capacity
from scheduler.workloads import Demand, Workload, demand_key


class Shape:
    """A demand, the nodes it may use, and its failures so far.

    `standing_reason` says why it cannot start whatever ends. `failed_barrier` is the lowest barrier (see
    `Holds.barrier`) with which it did not fit: since nothing is freed in a pass, it will not fit with that or more.
    """

    __slots__ = ("candidates", "demand", "failed_barrier", "standing_reason", "was_considered_for_reservation")

    def __init__(self, demand: Demand, candidates: Candidates, standing: Reason | None) -> None:
        self.demand = demand
        self.candidates = candidates
        self.standing_reason = standing
        self.failed_barrier: float | None = None
        self.was_considered_for_reservation = False

    def has_failed(self, barrier: float) -> bool:
        return self.failed_barrier is not None and barrier >= self.failed_barrier


class Shapes:
    """The shapes of a pass by demand."""

    __slots__ = ("_by_demand", "_capacity")

    def __init__(self, capacity: Capacity) -> None:
        self._capacity = capacity
        self._by_demand: dict[tuple[object, ...], Shape] = {}

    def of(self, workload: Workload) -> Shape:
        key: tuple[object, ...] = demand_key(workload)
        return self._by_demand.get(key) or self._judge(workload.demand)

    def _judge(self, demand: Demand) -> Shape:
        candidates = self._capacity.candidates(demand)
        standing = standing_reason(candidates, demand) if self._capacity.spaces else Reason.NO_NODES
        shape = self._by_demand[demand] = Shape(demand, candidates, standing)
        return shape


def standing_reason(candidates: Candidates, demand: Demand) -> Reason | None:
    """TOO_LARGE when the registered nodes could never hold it, NO_NODES when those that could do not accept work."""
    large_enough = [space for space in candidates.spaces.values() if candidates.size(space) >= demand.gpus]
    if len(large_enough) < demand.nodes:
        return Reason.TOO_LARGE
    if sum(space.view.accepting for space in large_enough) < demand.nodes:
        return Reason.NO_NODES
    return None


def expected_length(seconds: float | None) -> float:
    """Seconds that work is expected to take, infinity when nobody knows."""
    return seconds if seconds is not None and seconds > 0 else math.inf
