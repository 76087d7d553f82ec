"""GPU sharing: places a workload that takes a part of one GPU's memory."""

import math
from collections.abc import Iterator

from scheduler.plan.fit import closest
from scheduler.plan.nodes import NodeSpace
from scheduler.plan.reservation import Hold, Holds
from scheduler.plan.shapes import Shape
from scheduler.plan.workloads import Slot


def place_share(shape: Shape, holds: Holds) -> Slot | None:
    """Take its part of the shared GPU that is left with the least, else of a free one; None when there is neither.

    What is kept for a workload ahead of it is left alone: nobody knows when a share ends.
    """
    rooms = [room for space in shape.candidates.spaces.values() for room in _rooms(space, shape, holds)]
    if rooms:
        _, position, uuid = min(rooms)
        space = shape.candidates.spaces[position]
        space.shared[uuid] -= shape.share_mib
        return (space.view.name, (uuid,))
    for space in shape.candidates.best_fit(1, 1, shape.port):
        (gpu,) = closest(shape.candidates.free(space), 1)
        space.take([gpu], math.inf)
        space.shared[gpu.uuid] = gpu.memory_total_mib - shape.share_mib
        return (space.view.name, (gpu.uuid,))
    return None


def most_left(shape: Shape) -> int | None:
    """How many MiB are left of the shared GPU that has the most; None when the shape could use no shared one."""
    left = [mib for space in shape.candidates.spaces.values() for mib, _ in _shared(space, shape)]
    return max(left, default=None)


def holder_of_room(shape: Shape, holds: Holds) -> Hold | None:
    """The reservation that keeps a shared GPU on which this share would fit."""
    for position, hold in sorted(holds.by_position.items()):
        space = shape.candidates.spaces.get(position)
        if space is not None and any(mib >= shape.share_mib for mib, _ in _shared(space, shape)):
            return hold
    return None


def _rooms(space: NodeSpace, shape: Shape, holds: Holds) -> list[tuple[int, int, str]]:
    """What would be left of each of a node's shared GPUs that has room and is not kept for another workload."""
    if not space.has_port(shape.port):
        return []
    kept = _kept(space, holds)
    left = ((mib - shape.share_mib, uuid) for mib, uuid in _shared(space, shape) if uuid not in kept)
    return [(mib, space.position, uuid) for mib, uuid in left if mib >= 0]


def _shared(space: NodeSpace, shape: Shape) -> Iterator[tuple[int, str]]:
    """How much is left of each of a node's shared GPUs that suit."""
    if space.shared and space.view.accepting:
        for gpu in shape.candidates.usable(space):
            if gpu.uuid in space.shared:
                yield space.shared[gpu.uuid], gpu.uuid


def _kept(space: NodeSpace, holds: Holds) -> tuple[str, ...]:
    hold = holds.by_position.get(space.position)
    return hold.gpu_ids[hold.spaces.index(space)] if hold else ()
