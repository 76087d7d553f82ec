"""Workloads, nodes and plans, as the planner reads and answers them: frozen values without behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from common.reasons import Reason
from common.swift.packages import Alternatives

# A node's name and the UUIDs of GPUs on it.
Slot: TypeAlias = tuple[str, tuple[str, ...]]
StartRange: TypeAlias = tuple[datetime, datetime]
Labels: TypeAlias = tuple[tuple[str, str], ...]


NO_PORT = 0
ANY_PORT = -1


class Demand(NamedTuple):
    """The shape of a workload: whatever decides where it fits. Equal demands are judged once per pass."""

    gpus: int
    nodes: int
    gpu_model: str
    min_memory_mib: int
    node_names: frozenset[str]
    labels: Labels
    port: int
    share_mib: int
    has_result: bool
    not_on: frozenset[str]
    packages: frozenset[Alternatives]


# The same as a plain tuple, several times faster to make: a pass does it for everything that waits.
demand_key = attrgetter(*Demand._fields)


@dataclass(frozen=True, slots=True)
class Workload:
    """A job or deployment that waits and is not held.

    `sequence` is the order of submission, `gpus` counts per node. `expected_seconds` is how long it will run by the
    history of similar ones, None when nothing is known. `not_before` is the end of its back-off. `port` is the one it
    has to have, ANY_PORT for one of the node's, NO_PORT for none. `share_mib` of one GPU is all it takes of it; 0 for
    whole GPUs. `has_result` says that the one node of `node_names` has its finished training. `not_on` are
    nodes that refused it, `refusals` what they said. Of each of `packages` its node has to have one. `inputs` are marks
    (common.swift.inputs.marks) of its model and its data: among equals it goes where they are known.
    """

    id: str
    priority: int
    sequence: int
    gpus: int = 1
    nodes: int = 1
    gpu_model: str = ""
    min_memory_mib: int = 0
    node_names: frozenset[str] = frozenset()
    labels: Labels = ()
    port: int = NO_PORT
    share_mib: int = 0
    has_result: bool = False
    not_on: frozenset[str] = frozenset()
    packages: frozenset[Alternatives] = frozenset()
    refusals: str = ""
    inputs: tuple[str, ...] = ()
    not_before: datetime | None = None
    expected_seconds: float | None = None

    @property
    def demand(self) -> Demand:
        return Demand._make(demand_key(self))


@dataclass(frozen=True, slots=True)
class GpuView:
    """One GPU in the snapshot. `leased_by` names its workload, `foreign` tells of a stranger's process.

    `shared_mib` of it are taken by workloads that share it; None when it is not shared.
    """

    uuid: str
    index: int
    model: str = ""
    memory_total_mib: int = 0
    memory_used_mib: int = 0
    leased_by: str | None = None
    shared_mib: int | None = None
    foreign: bool = False
    healthy: bool = True
    numa_node: int | None = None


@dataclass(frozen=True, slots=True)
class NodeView:
    """One node in the snapshot; `accepting` is false while it is silent, stopping, drained or not ready.

    `why_not` says why, in sentences. One that is `present` is there, if not ready: neither silent nor drained; one that
    is not, and is expected back, is `awaited`. `knows` are marks of inputs that were used there.
    `packages` are those beside its ms-swift; with none it has not said which.

    `ports` are the first and the last it gives to servers, `ports_taken` who has those that are leased, whatever their
    number.
    """

    name: str
    gpus: tuple[GpuView, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    accepting: bool = True
    why_not: tuple[str, ...] = ()
    present: bool = True
    awaited: bool = False
    knows: frozenset[str] = frozenset()
    packages: frozenset[str] = frozenset()
    ports: tuple[int, int] = (1, 0)
    ports_taken: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Running:
    """The part of a placed workload that is on one node; a gang has one for each of its nodes.

    `expected_end` rests on measured progress, None until there is some.
    """

    workload_id: str
    node: str
    gpu_ids: tuple[str, ...]
    expected_end: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlannerLimits:
    """When an unleased GPU counts as used by strangers, and whether placing is paused, or waits for nodes to speak.

    The percentage is the most that may be in use, the gigabytes (of 1024 MiB) the least that has to be free.
    `unheard` are nodes that have not spoken since Redis was started: what they know may be newer than what it holds.
    """

    gpu_memory_threshold_percent: float = 10.0
    gpu_memory_free_threshold_gb: float = 0.0
    paused: bool = False
    unheard: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """Start this workload on these GPUs: one slot per node, by node name."""

    workload_id: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why a workload goes on waiting, its place in the queue (1 is next) and, where it is known, when it may start."""

    workload_id: str
    reason: Reason
    message: str
    position: int
    expected_start: StartRange | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Reservation:
    """These GPUs, free or still busy, are kept for a workload; `start_at` is None while nobody can know."""

    workload_id: str
    slots: tuple[Slot, ...]
    start_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer to every waiting workload: placed or blocked, exactly once.

    Placements and reservations are in rank order, `blocked` is in order of position.
    """

    placements: tuple[Placement, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    reservations: tuple[Reservation, ...] = ()
