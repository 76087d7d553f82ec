"""An index over the nodes that one kind of demand may use, by how many suitable GPUs each has free."""

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush
from typing import TypeAlias

from scheduler.node_space import NodeSpace
from scheduler.workloads import NO_PORT, GpuView

# A model and its memory in MiB: a fleet has few of them, however many GPUs.
GpuClass: TypeAlias = tuple[str, int]


class Candidates:
    """Nodes in buckets by free count, each bucket a heap by node name: the best fit is the first full enough bucket.

    An entry whose node has shrunk since is stale; the node has a newer entry lower down, so stale ones are dropped
    when they surface. Nobody gives GPUs back during a pass, so a node enters each bucket once.
    """

    __slots__ = ("_buckets", "_counts", "_sizes", "_suitable", "_usable", "spaces")

    def __init__(self, spaces: Sequence[NodeSpace], suitable: frozenset[GpuClass]) -> None:
        self._suitable = suitable
        suited = {space.position: [gpu for gpu in space.view.gpus if self._accepts(gpu)] for space in spaces}
        self.spaces = {space.position: space for space in spaces if suited[space.position]}
        self._sizes = {position: len(suited[position]) for position in self.spaces}
        self._usable = {position: self._suited(space.usable) for position, space in self.spaces.items()}
        self._counts = {position: len(self._suited(space.free)) for position, space in self.spaces.items()}
        self._buckets: list[list[int]] = [[] for _ in range(max(self._counts.values(), default=0) + 1)]
        for position, count in self._counts.items():
            self._buckets[count].append(position)
        for space in self.spaces.values():
            space.watchers.append(self)

    def free(self, space: NodeSpace) -> list[GpuView]:
        """The suitable GPUs of a node that anybody may have."""
        return self._suited(space.free)

    def free_and_kept(self, space: NodeSpace) -> list[GpuView]:
        """The same with those kept for a reservation."""
        return self._suited(space.free) + self._suited(space.kept)

    def usable(self, space: NodeSpace) -> Sequence[GpuView]:
        """The suitable healthy GPUs of a node, free or not."""
        return self._usable[space.position]

    def size(self, space: NodeSpace) -> int:
        """How many suitable GPUs the node has, healthy or not."""
        return self._sizes[space.position]

    def best_fit(
        self, gpus: int, nodes: int, port: int = NO_PORT, prefer: frozenset[int] = frozenset()
    ) -> list[NodeSpace]:
        """Up to `nodes` nodes with at least `gpus` free and that port, those first that are left with the fewest.

        Of those that are left with as many, the positions of `prefer` come first.
        """
        preferred = sorted(position for position in prefer if self._counts.get(position, -1) >= gpus)
        chosen: list[int] = []
        popped: list[int] = []
        bucket = gpus
        while len(chosen) < nodes and bucket < len(self._buckets):
            liked = [each for each in preferred if self._counts[each] == bucket and self.spaces[each].has_port(port)]
            chosen += liked[: nodes - len(chosen)]
            heap = self._buckets[bucket]
            while heap and len(chosen) < nodes:
                position = heappop(heap)
                if self._counts[position] == bucket:
                    popped.append(position)
                    if position not in liked and self.spaces[position].has_port(port):
                        chosen.append(position)
            bucket += 1
        for position in popped:
            heappush(self._buckets[self._counts[position]], position)
        return [self.spaces[position] for position in chosen]

    def among(self, positions: frozenset[int], gpus: int, nodes: int, port: int = NO_PORT) -> list[NodeSpace]:
        """The same of these positions only."""
        fits = [
            (self._counts[position], position)
            for position in positions
            if self._counts.get(position, -1) >= gpus and self.spaces[position].has_port(port)
        ]
        return [self.spaces[position] for _, position in sorted(fits)[:nodes]]

    def recount(self, space: NodeSpace) -> None:
        """A node's free GPUs have changed."""
        count = len(self.free(space))
        if count != self._counts[space.position]:
            self._counts[space.position] = count
            heappush(self._buckets[count], space.position)

    def _suited(self, gpus: Mapping[str, GpuView]) -> list[GpuView]:
        return [gpu for gpu in gpus.values() if self._accepts(gpu)]

    def _accepts(self, gpu: GpuView) -> bool:
        return (gpu.model, gpu.memory_total_mib) in self._suitable
