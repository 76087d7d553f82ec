"""The timeline: when each GPU comes free, played forward over the work that waits."""

import math
from heapq import heapify, heappop, heappush

from scheduler.plan.nodes import Candidates, NodeSpace
from scheduler.plan.reservation import Hold, needed, order_of_release, reservable
from scheduler.plan.shapes import Shape


class Timeline:
    """Seconds from now until each GPU is free; times only grow, so a node's place in a heap is a lower bound."""

    __slots__ = ("_free_at", "_heaps")

    def __init__(self) -> None:
        self._free_at: dict[int, dict[str, float]] = {}
        self._heaps: dict[tuple[Candidates, int], list[tuple[float, int]]] = {}

    def start(self, shape: Shape, length: float) -> float:
        """Let a workload of this shape and length have its turn: the seconds until it starts, infinity if unknown."""
        chosen = self._soonest(shape)
        if len(chosen) < shape.nodes:
            return math.inf
        start = max((seconds for seconds, _ in chosen), default=0.0)
        for _, position in chosen:
            space = shape.candidates.spaces[position]
            free_at = self._free_at_on(space)
            in_order = order_of_release(shape.candidates.usable(space), free_at, space.strangers)
            free_at.update(dict.fromkeys(needed(shape.gpus, in_order, free_at, start), start + length))
        return start

    def occupy(self, hold: Hold, length: float) -> None:
        """Let the workload of a reservation have its turn where it is reserved."""
        for space, uuids in zip(hold.spaces, hold.gpu_ids, strict=True):
            self._free_at_on(space).update(dict.fromkeys(uuids, hold.start_seconds + length))

    def _soonest(self, shape: Shape) -> list[tuple[float, int]]:
        heap = self._heap(shape)
        chosen: list[tuple[float, int]] = []
        while heap and len(chosen) < shape.nodes:
            seconds, position = heappop(heap)
            actual = self._ready(shape, shape.candidates.spaces[position])
            if actual > seconds:
                heappush(heap, (actual, position))
            else:
                chosen.append((seconds, position))
        for entry in chosen:
            heappush(heap, entry)
        return chosen

    def _heap(self, shape: Shape) -> list[tuple[float, int]]:
        key = (shape.candidates, shape.gpus)
        if key not in self._heaps:
            spaces = reservable(shape)
            self._heaps[key] = [(self._ready(shape, space), space.position) for space in spaces]
            heapify(self._heaps[key])
        return self._heaps[key]

    def _ready(self, shape: Shape, space: NodeSpace) -> float:
        """When the node has enough GPUs at once."""
        free_at = self._free_at.get(space.position, space.waits)
        times = sorted(free_at.get(gpu.uuid, 0.0) for gpu in shape.candidates.usable(space))
        return times[shape.gpus - 1]

    def _free_at_on(self, space: NodeSpace) -> dict[str, float]:
        if space.position not in self._free_at:
            self._free_at[space.position] = dict(space.waits)
        return self._free_at[space.position]
