"""One node during one pass."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from scheduler.plan.fit import has_port
from scheduler.plan.workloads import ANY_PORT, NO_PORT, GpuView, NodeView

if TYPE_CHECKING:
    from scheduler.plan.candidates import Candidates


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
