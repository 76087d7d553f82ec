"""Places a workload that takes a part of one GPU's memory."""

import math

from scheduler.fit import closest
from scheduler.node_space import NodeSpace
from scheduler.shapes import Shape
from scheduler.workloads import Slot


def place_share(shape: Shape) -> Slot | None:
    """Take its part of the shared GPU that is left with the least, else of a free one; None when there is neither."""
    rooms = [room for space in shape.candidates.spaces.values() for room in _rooms(space, shape)]
    if rooms:
        _, position, uuid = min(rooms)
        space = shape.candidates.spaces[position]
        space.shared[uuid] -= shape.share_mib
        return (space.view.name, (uuid,))
    for space in shape.candidates.best_fit(1, 1):
        (gpu,) = closest(shape.candidates.free(space), 1)
        space.take([gpu], math.inf)
        space.shared[gpu.uuid] = gpu.memory_total_mib - shape.share_mib
        return (space.view.name, (gpu.uuid,))
    return None


def _rooms(space: NodeSpace, shape: Shape) -> list[tuple[int, int, str]]:
    """What would be left of each of a node's shared GPUs that has room."""
    if not space.shared or not space.view.accepting:
        return []
    left = ((space.shared.get(gpu.uuid, -1) - shape.share_mib, gpu.uuid) for gpu in shape.candidates.usable(space))
    return [(mib, space.position, uuid) for mib, uuid in left if mib >= 0]
