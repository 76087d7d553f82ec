"""The local node: the one this worker speaks for, and what its followers share."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from common.jobs import Job
from common.places import Place
from common.settings import Settings
from common.store import Store
from workers.node.estranged import EstrangedAttempts
from workers.node.instance import Identity
from workers.node.inventory.poller import InventoryPoller
from workers.node.known_inputs import KnownInputs

SendRun = Callable[[Job, Place, int], None]


class Compared:
    """Counts how often the disk was compared with the store: what was told before may have been forgotten since.

    `found_forgotten` when attempts that are here had to be registered again, until that was told.
    """

    def __init__(self) -> None:
        self.times = 0
        self.found_forgotten = False


@dataclass(slots=True)
class InstalledSwift:
    """What the swift interpreter had when it was looked at last: ms-swift, and quantisers beside it."""

    version: str = ""
    packages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LocalNode:
    """Everything a follower or the agent needs. `detach` is set when the worker shuts down."""

    settings: Settings
    store: Store
    inventory: InventoryPoller
    boot_id: str
    swift: InstalledSwift
    send_run: SendRun
    detach: threading.Event
    known_inputs: KnownInputs
    identity: Identity = field(default_factory=Identity)
    estranged: EstrangedAttempts = field(default_factory=EstrangedAttempts)
    compared: Compared = field(default_factory=Compared)

    @property
    def name(self) -> str:
        return self.settings.node_name

    @property
    def swift_version(self) -> str:
        return self.swift.version

    @property
    def folder(self) -> Path:
        return self.settings.data_dir / "nodes" / self.name

    @property
    def dataset_folder(self) -> Path:
        """Data sets that were downloaded."""
        return self.folder / "datasets"

    def is_for_us(self, instance: str) -> bool:
        """Whether what was placed on that instance is ours; what an earlier release placed names none."""
        return instance in {"", self.identity.instance.id}

    def place_of(self, job: Job) -> Place | None:
        """What the job has of this node, if it was placed on the disk that is ours."""
        place = job.place_on(self.name)
        return place if place and self.is_for_us(place.instance) else None

    def gpus_of(self, job: Job) -> tuple[str, ...]:
        """The GPUs that it has here."""
        place = job.place_on(self.name)
        return place.gpu_ids if place else ()

    def has_cuda(self, gpu_ids: tuple[str, ...]) -> bool:
        """Whether these are real GPUs, not CPU slots."""
        return not all(gpu.startswith("cpu-") for gpu in gpu_ids)
