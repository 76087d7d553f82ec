"""The nodes during one pass: what each has, and an index over those that one kind of demand may use."""

from collections.abc import Iterable, Mapping, Sequence
from heapq import heappop, heappush
from typing import TypeAlias

from scheduler.plan.fit import has_port
from scheduler.plan.workloads import ANY_PORT, NO_PORT, GpuView, NodeView


class NodeSpace:
    """A node's GPUs by UUID: `free` for anybody, `kept` free but for a reservation, `waits` seconds until it is free.

    `usable` holds every healthy GPU, `shared` how many MiB are left of those that are shared, `ports_taken` who has
    which port. Both `take` and `keep` only ever shrink `free`, and the indexes rely on it.
    """

    __slots__ = (
        "free",
        "kept",
        "ports_taken",
        "position",
        "shared",
        "strangers",
        "usable",
        "view",
        "waits",
        "watchers",
    )

    def __init__(self, position: int, view: NodeView) -> None:
        self.position = position
        self.view = view
        self.usable: dict[str, GpuView] = {}
        self.free: dict[str, GpuView] = {}
        self.kept: dict[str, GpuView] = {}
        self.waits: dict[str, float] = {}
        self.shared: dict[str, int] = {}
        self.ports_taken = dict(view.ports_taken)
        self.strangers: set[str] = set()
        self.watchers: list[Candidates] = []

    def take(self, gpus: Iterable[GpuView], seconds: float) -> None:
        """Give these GPUs away for that long; infinity when nobody knows."""
        for gpu in gpus:
            if self.free.pop(gpu.uuid, None) is None:
                del self.kept[gpu.uuid]
            self.waits[gpu.uuid] = seconds
        self._tell()

    def has_port(self, port: int) -> bool:
        return has_port(self.view.ports, self.ports_taken, port)

    def take_port(self, port: int, workload_id: str) -> None:
        """Give a port away. Which one of its own a node gives is decided later: the last one stands for it here."""
        if port == ANY_PORT:
            first, last = self.view.ports
            port = next(number for number in range(last, first - 1, -1) if number not in self.ports_taken)
        if port != NO_PORT:
            self.ports_taken[port] = workload_id

    def keep(self, uuids: Iterable[str]) -> None:
        """Set aside those of these GPUs that are free now."""
        for uuid in uuids:
            gpu = self.free.pop(uuid, None)
            if gpu is not None:
                self.kept[uuid] = gpu
        self._tell()

    def _tell(self) -> None:
        for watcher in self.watchers:
            watcher.recount(self)


# A model and its memory in MiB: a fleet has few of them, however many GPUs.
GpuClass: TypeAlias = tuple[str, int]


class _Buckets:
    """Positions by their free count, each bucket a heap by position, which is the order of the nodes' names.

    An entry whose node has shrunk since is stale; the node has a newer entry lower down, so stale ones are dropped
    when they surface. Nobody gives GPUs back during a pass, so a node enters each bucket once.
    """

    __slots__ = ("_counts", "_heaps")

    def __init__(self, counts: Mapping[int, int], positions: Iterable[int], size: int) -> None:
        self._counts = counts
        self._heaps: list[list[int]] = [[] for _ in range(size)]
        for position in sorted(positions):
            self._heaps[counts[position]].append(position)

    def __len__(self) -> int:
        return len(self._heaps)

    def pop(self, bucket: int) -> int | None:
        """The first position that has so many free now; None when there is none."""
        heap = self._heaps[bucket]
        while heap:
            position = heappop(heap)
            if self._counts[position] == bucket:
                return position
        return None

    def push(self, position: int) -> None:
        heappush(self._heaps[self._counts[position]], position)


class Candidates:
    """The best fit is in the first bucket that is full enough. Nodes that are preferred have buckets of their own."""

    __slots__ = ("_all", "_counts", "_liked", "_liked_with", "_sizes", "_suitable", "_usable", "spaces")

    def __init__(self, spaces: Sequence[NodeSpace], suitable: frozenset[GpuClass]) -> None:
        self._suitable = suitable
        suited = {space.position: [gpu for gpu in space.view.gpus if self._accepts(gpu)] for space in spaces}
        self.spaces = {space.position: space for space in spaces if suited[space.position]}
        self._sizes = {position: len(suited[position]) for position in self.spaces}
        self._usable = {position: self._suited(space.usable) for position, space in self.spaces.items()}
        self._counts = {position: len(self._suited(space.free)) for position, space in self.spaces.items()}
        self._all = _Buckets(self._counts, self._counts, max(self._counts.values(), default=0) + 1)
        self._liked: dict[frozenset[int], _Buckets] = {}
        self._liked_with: dict[int, list[_Buckets]] = {}
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
        in_order = [self._buckets_of(prefer), self._all] if prefer else [self._all]
        chosen: list[int] = []
        popped: list[tuple[_Buckets, int]] = []
        for bucket in range(gpus, len(self._all)):
            for buckets in in_order:
                while len(chosen) < nodes and (position := buckets.pop(bucket)) is not None:
                    popped.append((buckets, position))
                    if position not in chosen and self.spaces[position].has_port(port):
                        chosen.append(position)
        for buckets, position in popped:
            buckets.push(position)
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
            for buckets in (self._all, *self._liked_with.get(space.position, ())):
                buckets.push(space.position)

    def _buckets_of(self, prefer: frozenset[int]) -> _Buckets:
        """Of those among them that are candidates; made once, as many workloads prefer the same."""
        if prefer not in self._liked:
            positions = prefer & self._counts.keys()
            self._liked[prefer] = _Buckets(self._counts, positions, len(self._all))
            for position in positions:
                self._liked_with.setdefault(position, []).append(self._liked[prefer])
        return self._liked[prefer]

    def _suited(self, gpus: Mapping[str, GpuView]) -> list[GpuView]:
        return [gpu for gpu in gpus.values() if self._accepts(gpu)]

    def _accepts(self, gpu: GpuView) -> bool:
        return (gpu.model, gpu.memory_total_mib) in self._suitable
