"""A GPU node as the service sees it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

# What a worker says of its node. JOINING: it looks first what became of its attempts. GONE: it said goodbye.
JOINING = "joining"
READY = "ready"
NOT_READY = "not_ready"
GONE = "gone"
# What others say of it. SILENT: no heartbeat for the TTL. DRAINED, LOST: an operator said so.
SILENT = "silent"
DRAINED = "drained"
LOST = "lost"

NODE_STATES = (READY, DRAINED, NOT_READY, JOINING, GONE, SILENT, LOST)


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU, or one CPU slot that stands in for a GPU. Memory in MiB, utilisation in percent, degrees Celsius."""

    uuid: str
    index: int
    name: str
    kind: str = "cuda"
    memory_total_mib: int = 0
    memory_used_mib: int = 0
    utilization_percent: int | None = None
    temperature_celsius: int | None = None
    numa_node: int | None = None
    foreign_processes: tuple[int, ...] = ()
    healthy: bool = True

    @property
    def memory_free_mib(self) -> int:
        return max(0, self.memory_total_mib - self.memory_used_mib)


@dataclass(frozen=True, slots=True)
class Decree:
    """What an operator said of a node: when, who, and why."""

    at: datetime
    by: str
    reason: str = ""

    @property
    def by_and_why(self) -> str:
        return f"{self.by}: {self.reason}" if self.reason else self.by


@dataclass(frozen=True, slots=True)
class Node:
    """One GPU machine, by name and boot id; `instance` names its disk, `session` the worker process that speaks for it.

    `state` is what its worker said last, `why` lists what keeps it from being ready. `drained` and `lost` are what
    operators said, `estranged` is what runs there and has no place in the store. The disk is the one of its DATA_DIR.

    `deploy_ports` are the first and the last port that it gives to model servers. `quantizer_packages` are installed
    beside its ms-swift, by name and version (common.swift.quantizers), `packages` those and further ones, none while
    it has not said which (common.swift.packages). `known_inputs` marks models and data that were used there
    (common.swift.inputs.marks).
    """

    name: str
    boot_id: str
    instance: str
    hostname: str
    heartbeat_at: datetime
    gpus: tuple[Gpu, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    swift_version: str = ""
    quantizer_packages: dict[str, str] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    cpu_count: int = 0
    cpu_percent: float = 0.0
    memory_total_bytes: int = 0
    memory_used_bytes: int = 0
    disk_total_bytes: int = 0
    disk_free_bytes: int = 0
    session: int = 1
    state: str = READY
    why: tuple[str, ...] = ()
    deploy_ports: tuple[int, int] = (1, 0)
    known_inputs: tuple[str, ...] = ()
    drained: Decree | None = None
    lost: Decree | None = None
    estranged: tuple[str, ...] = ()

    def is_alive(self, now: datetime, ttl_seconds: float) -> bool:
        """Whether its worker speaks: the heartbeat is younger than the TTL, and it neither said goodbye nor is lost."""
        return self.state in {JOINING, READY, NOT_READY} and self.silent_seconds(now) < ttl_seconds

    def takes_work(self, now: datetime, ttl_seconds: float) -> bool:
        """Whether anything may be placed there."""
        return self.state == READY and self.drained is None and self.is_alive(now, ttl_seconds)

    def state_at(self, now: datetime, ttl_seconds: float) -> str:
        """One word of NODE_STATES; one that is drained shows as that, whether its machine is off or not."""
        if self.state == LOST:
            return LOST
        if self.drained is not None:
            return DRAINED
        return self.state if self.state == GONE or self.is_alive(now, ttl_seconds) else SILENT

    def reasons_at(self, now: datetime, ttl_seconds: float) -> tuple[str, ...]:
        """Why it takes no work, each in a sentence; empty when it does."""
        return tuple(self._reasons(now, ttl_seconds))

    def silent_seconds(self, now: datetime) -> float:
        return (now - self.heartbeat_at).total_seconds()

    def is_instance(self, instance: str) -> bool:
        """Whether the disk that speaks for it is that one; what an earlier release placed names none."""
        return instance in {"", self.instance}

    def _reasons(self, now: datetime, ttl_seconds: float) -> Iterator[str]:
        if self.state == LOST:
            yield f"declared lost by {self.lost.by_and_why}" if self.lost else "declared lost"
            return
        if self.drained is not None:
            yield f"drained by {self.drained.by_and_why}"
        if self.state == GONE:
            yield "its worker was stopped"
        elif not self.is_alive(now, ttl_seconds):
            yield f"silent for {int(self.silent_seconds(now))} s"
        elif self.state == JOINING:
            yield "its worker looks first what became of its jobs"
        else:
            yield from self.why
