"""What is kept for the first blocked workload of a pool of nodes, and who may use it meanwhile."""

import math
from bisect import bisect_left, insort
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.candidates import Candidates
from scheduler.node_space import NodeSpace
from scheduler.workloads import Demand, GpuView, Reservation, Workload


@dataclass(frozen=True, slots=True)
class Hold:
    """The GPUs kept for a workload until `start_seconds` from now; infinity while nobody can know its start."""

    workload_id: str
    spaces: tuple[NodeSpace, ...]
    gpu_ids: tuple[tuple[str, ...], ...]
    start_seconds: float

    def to_reservation(self, now: datetime) -> Reservation:
        start_at = None if math.isinf(self.start_seconds) else now + timedelta(seconds=self.start_seconds)
        slots = zip((space.view.name for space in self.spaces), self.gpu_ids, strict=True)
        return Reservation(self.workload_id, tuple(slots), start_at)


class Holds:
    """The reservations of one pass. No two of them could ever compete for a node, so none can delay another."""

    __slots__ = ("_spoken_for", "_starts", "all", "by_position")

    def __init__(self) -> None:
        self.all: list[Hold] = []
        self.by_position: dict[int, Hold] = {}
        self._spoken_for: set[int] = set()
        self._starts: list[float] = []

    def reserve(self, workload: Workload, candidates: Candidates) -> None:
        """Keep GPUs for a blocked workload, unless an earlier one already waits for a node that this one could use."""
        demand = workload.demand
        spaces = reservable(candidates, demand)
        if len(spaces) < demand.nodes or any(space.position in self._spoken_for for space in spaces):
            return
        hold = soonest(workload.id, demand, candidates, spaces)
        self._spoken_for.update(space.position for space in spaces)
        self.all.append(hold)
        if not math.isinf(hold.start_seconds):
            insort(self._starts, hold.start_seconds)
        for space, uuids in zip(hold.spaces, hold.gpu_ids, strict=True):
            self.by_position[space.position] = hold
            space.keep(uuids)

    def barrier(self, expected_seconds: float) -> float:
        """The latest reserved start that work of this length would overrun; -1 when it overruns none.

        Whoever has the lower barrier may use at least the GPUs that one with a higher barrier may.
        """
        overrun = bisect_left(self._starts, expected_seconds)
        if math.isinf(expected_seconds):
            return math.inf
        return self._starts[overrun - 1] if overrun else -1.0

    def lent_to(self, expected_seconds: float) -> list[NodeSpace]:
        """The nodes whose kept GPUs work of this length may use, because it ends before the reserved start."""
        lending = (hold for hold in self.all if expected_seconds <= hold.start_seconds < math.inf)
        return [space for hold in lending for space in hold.spaces]


def reservable(candidates: Candidates, demand: Demand) -> list[NodeSpace]:
    """The nodes on which the demand will fit once all that is in the way has ended."""
    return [
        space
        for space in candidates.spaces.values()
        if space.view.accepting and len(candidates.usable(space)) >= demand.gpus
    ]


def soonest(workload_id: str, demand: Demand, candidates: Candidates, spaces: Sequence[NodeSpace]) -> Hold:
    """Choose the nodes where the demand can start first.

    Where nobody knows, that is the node with the fewest GPUs to wait for. On the node chosen that number never grows
    from pass to pass, because what comes free there is kept; so the wait ends even if no estimate ever comes.
    """
    in_order = {space: order_of_release(candidates.usable(space), space.waits, space.strangers) for space in spaces}
    keys = {space: _start_key(space, uuids[: demand.gpus]) for space, uuids in in_order.items()}
    first = sorted(spaces, key=lambda space: keys[space])[: demand.nodes]
    start = max((keys[space][0] for space in first), default=0.0)
    chosen = sorted(first, key=lambda space: space.position)
    gpu_ids = tuple(needed(demand.gpus, in_order[space], space.waits, start) for space in chosen)
    return Hold(workload_id, tuple(chosen), gpu_ids, start)


def order_of_release(gpus: Iterable[GpuView], waits: Mapping[str, float], strangers: Container[str]) -> list[str]:
    """The UUIDs by the seconds until they are free: free ones first, strangers' last."""
    return [
        uuid
        for *_, uuid in sorted(
            (waits.get(gpu.uuid, 0.0), gpu.uuid in strangers, gpu.uuid in waits, gpu.index, gpu.uuid) for gpu in gpus
        )
    ]


def needed(gpus: int, in_order: Sequence[str], waits: Mapping[str, float], start: float) -> tuple[str, ...]:
    """Which GPUs to keep: with a known start the last to come free in time, so that the others stay in use until then.

    With an unknown start the first to come free: any of them may turn out to be the one that was missing.
    """
    if math.isinf(start):
        return tuple(in_order[:gpus])
    in_time = [uuid for uuid in in_order if waits.get(uuid, 0.0) <= start]
    # Free before overdue: an estimate that has passed has already proved wrong.
    in_time.sort(key=lambda uuid: (-waits.get(uuid, 0.0), uuid in waits))
    return tuple(in_time[:gpus])


def _start_key(space: NodeSpace, first: Sequence[str]) -> tuple[float, int, int, int, int]:
    """Seconds until enough GPUs are free; then how many strangers, unknown ends and busy GPUs stand in the way."""
    seconds = max((space.waits.get(uuid, 0.0) for uuid in first), default=0.0)
    if seconds < math.inf:
        return (seconds, 0, 0, 0, space.position)
    unknown = sum(math.isinf(space.waits.get(uuid, 0.0)) for uuid in first)
    busy = sum(uuid in space.waits for uuid in first)
    return (seconds, sum(uuid in space.strangers for uuid in first), unknown, busy, space.position)
