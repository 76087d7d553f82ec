"""A GPU node as the service sees it."""

from dataclasses import dataclass, field
from datetime import datetime

# What a worker says of its node. JOINING: it looks first what became of its attempts. GONE: it said goodbye.
JOINING = "joining"
READY = "ready"
NOT_READY = "not_ready"
GONE = "gone"


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
class Node:
    """One GPU machine, by name and boot id; `instance` names its disk, `session` the worker process that speaks for it.

    `why` lists what keeps it from being ready. The disk is the one of its DATA_DIR.

    `deploy_ports` are the first and the last port that it gives to model servers. `quantizer_packages` are installed
    beside its ms-swift, by name and version (common.quantizers).
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

    def is_alive(self, now: datetime, ttl_seconds: float) -> bool:
        """Whether its heartbeat is younger than the TTL; a node that said goodbye is not alive."""
        return self.state == READY and (now - self.heartbeat_at).total_seconds() < ttl_seconds

    def is_instance(self, instance: str) -> bool:
        """Whether the disk that speaks for it is that one; what an earlier release placed names none."""
        return instance in {"", self.instance}
