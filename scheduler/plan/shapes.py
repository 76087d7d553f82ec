"""What one pass has learnt about workloads of one shape, so that each is judged once, and whom it leaves waiting."""

import math
from typing import NamedTuple

from common.reasons import Reason
from scheduler.plan.capacity import Capacity
from scheduler.plan.nodes import Candidates
from scheduler.plan.workloads import NO_PORT, Demand, Workload, demand_key


class Size(NamedTuple):
    """What makes two demands one shape. With the reason: one may wait for a port and another for larger nodes, and both
    find no node.
    """

    candidates: Candidates
    gpus: int
    nodes: int
    port: int
    share_mib: int
    standing_reason: Reason | None


class Shape:
    """So many GPUs on so many of these nodes, or `share_mib` of one, and a port where it needs one.

    `standing_reason` says why it cannot start whatever ends. `longest_seconds` bounds the expected length with which it
    may still fit: infinity at first, less once it had to look at GPUs that are only lent. It never grows in a pass,
    since nothing is given back.
    """

    __slots__ = (
        "candidates",
        "gpus",
        "longest_seconds",
        "nodes",
        "port",
        "share_mib",
        "standing_reason",
        "was_considered_for_reservation",
    )

    def __init__(self, size: Size) -> None:
        self.candidates, self.gpus, self.nodes, self.port, self.share_mib, self.standing_reason = size
        self.longest_seconds = math.inf
        self.was_considered_for_reservation = False

    def has_lost_its_ports(self) -> bool:
        """Whether what was placed in this pass took the last port that it could have had."""
        return self.port != NO_PORT and not any(space.has_port(self.port) for space in self.candidates.spaces.values())


class Shapes:
    """The shapes of a pass; demands that differ in words only share one."""

    __slots__ = ("_by_demand", "_by_size", "_capacity", "_size_reasons")

    def __init__(self, capacity: Capacity) -> None:
        self._capacity = capacity
        self._by_demand: dict[tuple[object, ...], Shape] = {}
        self._size_reasons: dict[tuple[Candidates, int, int], Reason | None] = {}
        self._by_size: dict[Size, Shape] = {}

    def of(self, workload: Workload) -> Shape:
        key: tuple[object, ...] = demand_key(workload)
        return self._by_demand.get(key) or self._judge(workload.demand)

    def _judge(self, demand: Demand) -> Shape:
        candidates = self._capacity.candidates(demand)
        reason = self._standing_reason(candidates, demand)
        size = Size(candidates, demand.gpus, demand.nodes, demand.port, demand.share_mib, reason)
        if size not in self._by_size:
            self._by_size[size] = Shape(size)
        shape = self._by_demand[demand] = self._by_size[size]
        return shape

    def _standing_reason(self, candidates: Candidates, demand: Demand) -> Reason | None:
        if not self._capacity.spaces:
            return Reason.NO_NODES
        reason = self._size_reason(candidates, demand)
        if reason is None or demand.port == NO_PORT:
            return reason
        without_port = self._capacity.candidates(demand._replace(port=NO_PORT))
        return self._size_reason(without_port, demand) or Reason.PORT_BUSY

    def _size_reason(self, candidates: Candidates, demand: Demand) -> Reason | None:
        key = (candidates, demand.gpus, demand.nodes)
        if key not in self._size_reasons:
            self._size_reasons[key] = standing_reason(*key)
        return self._size_reasons[key]


def standing_reason(candidates: Candidates, gpus: int, nodes: int) -> Reason | None:
    """TOO_LARGE when the registered nodes could never hold it, NO_NODES when those that could do not accept work."""
    large_enough = [space for space in candidates.spaces.values() if candidates.size(space) >= gpus]
    if len(large_enough) < nodes:
        return Reason.TOO_LARGE
    if sum(space.view.accepting for space in large_enough) < nodes:
        return Reason.NO_NODES
    return None


def expected_length(seconds: float | None) -> float:
    """Seconds that work is expected to take, infinity when nobody knows."""
    return seconds if seconds is not None and seconds > 0 else math.inf


class Waiting(NamedTuple):
    """`reason` is set when it was not tried at all; otherwise it found too few GPUs and explain tells why."""

    workload: Workload
    shape: Shape
    reason: Reason | None
