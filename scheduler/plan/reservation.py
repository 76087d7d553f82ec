"""Reservations and backfill: what is kept for the first blocked workload of a pool of nodes, and who may use it
meanwhile.
"""

import math
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.plan.nodes import NodeSpace
from scheduler.plan.shapes import Shape
from scheduler.plan.workloads import GpuView, Reservation


@dataclass(frozen=True, slots=True)
class Hold:
    """The GPUs kept for a workload until `start_seconds` from now; infinity while nobody can know its start."""

    workload_id: str
    spaces: tuple[NodeSpace, ...]
    gpu_ids: tuple[tuple[str, ...], ...]
    start_seconds: float

    @property
    def lends_seconds(self) -> float:
        """How long work may take that uses these GPUs meanwhile; -1 for none, while the start is not known."""
        return -1.0 if math.isinf(self.start_seconds) else self.start_seconds

    def to_reservation(self, now: datetime) -> Reservation:
        start_at = None if math.isinf(self.start_seconds) else now + timedelta(seconds=self.start_seconds)
        slots = zip((space.view.name for space in self.spaces), self.gpu_ids, strict=True)
        return Reservation(self.workload_id, tuple(slots), start_at)


@dataclass(frozen=True, slots=True)
class Offer:
    """A node that has enough GPUs for a shape if those kept are lent, and how long such work may take at most."""

    longest_seconds: float
    gpus: int
    position: int


class Holds:
    """The reservations of one pass. No two of them could ever compete for a node, so none can delay another."""

    __slots__ = ("_spoken_for", "all", "by_position")

    def __init__(self) -> None:
        self.all: list[Hold] = []
        self.by_position: dict[int, Hold] = {}
        self._spoken_for: set[int] = set()

    def reserve(self, workload_id: str, shape: Shape) -> None:
        """Keep GPUs for a blocked workload, unless an earlier one already waits for a node that this one could use."""
        spaces = reservable(shape)
        if len(spaces) < shape.nodes or any(space.position in self._spoken_for for space in spaces):
            return
        hold = soonest(workload_id, shape, spaces)
        self._spoken_for.update(space.position for space in spaces)
        self.all.append(hold)
        for space, uuids in zip(hold.spaces, hold.gpu_ids, strict=True):
            self.by_position[space.position] = hold
            space.keep(uuids)

    def offers(self, shape: Shape, chosen: Collection[NodeSpace]) -> list[Offer]:
        """What nodes with a reservation, other than those already chosen, could lend to this shape."""
        spaces = shape.candidates.spaces
        held = [spaces[position] for position in self.by_position.keys() & spaces.keys()]
        sizes = ((space, len(shape.candidates.free_and_kept(space))) for space in held if space not in chosen)
        return [
            Offer(self.by_position[space.position].lends_seconds, size, space.position)
            for space, size in sizes
            if size >= shape.gpus and space.has_port(shape.port)
        ]


def reservable(shape: Shape) -> list[NodeSpace]:
    """The nodes on which the shape will fit once all that is in the way has ended."""
    candidates = shape.candidates
    return [
        space
        for space in candidates.spaces.values()
        if space.view.accepting and len(candidates.usable(space)) >= shape.gpus
    ]


def soonest(workload_id: str, shape: Shape, spaces: Sequence[NodeSpace]) -> Hold:
    """Choose the nodes where the shape can start first.

    Where nobody knows, that is the node with the fewest GPUs to wait for. On the node chosen that number never grows
    from pass to pass, because what comes free there is kept; so the wait ends even if no estimate ever comes.
    """
    usable = shape.candidates.usable
    in_order = {space: order_of_release(usable(space), space.waits, space.strangers) for space in spaces}
    keys = {space: _start_key(space, uuids[: shape.gpus]) for space, uuids in in_order.items()}
    first = sorted(spaces, key=lambda space: keys[space])[: shape.nodes]
    start = max((keys[space][0] for space in first), default=0.0)
    chosen = sorted(first, key=lambda space: space.position)
    gpu_ids = tuple(needed(shape.gpus, in_order[space], space.waits, start) for space in chosen)
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
