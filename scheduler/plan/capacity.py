"""The capacity of the nodes during one pass: what is free, kept or in the way on each, shrinking as the plan grows."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime

from common.swift.packages import Alternatives
from scheduler.plan.fit import has_packages, is_strangers, suits
from scheduler.plan.nodes import Candidates, GpuClass, NodeSpace
from scheduler.plan.workloads import NO_PORT, Demand, GpuView, NodeView, PlannerLimits, Running, Slot, Workload


class Capacity:
    """All registered nodes by name, and one index of candidates for each distinct kind of demand."""

    __slots__ = ("_candidates", "_classes", "_having", "_knowing", "_labelled", "_named", "spaces")

    def __init__(
        self, nodes: Sequence[NodeView], running: Iterable[Running], now: datetime, limits: PlannerLimits
    ) -> None:
        waits = _waits(running, now)
        ordered = sorted(nodes, key=lambda node: node.name)
        self.spaces = [_space(position, node, waits, limits) for position, node in enumerate(ordered)]
        self._named = {node.name: position for position, node in enumerate(ordered)}
        self._labelled: dict[tuple[str, str], set[int]] = {}
        self._having: dict[str, set[int]] = {}
        self._knowing: dict[tuple[str, ...], frozenset[int]] = {}
        for position, node in enumerate(ordered):
            for label in node.labels.items():
                self._labelled.setdefault(label, set()).add(position)
            for mark in node.knows:
                self._having.setdefault(mark, set()).add(position)
        self._classes = {(gpu.model, gpu.memory_total_mib) for node in ordered for gpu in node.gpus}
        self._candidates: dict[tuple[frozenset[GpuClass], frozenset[int] | None], Candidates] = {}

    @property
    def models(self) -> set[str]:
        """The models of all registered GPUs."""
        return {model for model, _ in self._classes}

    def knows_any(self, names: Iterable[str]) -> bool:
        """Whether a node of one of these names is registered."""
        return any(name in self._named for name in names)

    def lacks(self, packages: Iterable[Alternatives]) -> list[Alternatives]:
        """Those that no registered node has."""
        return [
            each for each in packages if not any(has_packages(space.view.packages, (each,)) for space in self.spaces)
        ]

    def candidates(self, demand: Demand) -> Candidates:
        """The nodes and GPUs that a demand may use; demands that differ in words only share the answer."""
        suitable = frozenset(gpu_class for gpu_class in self._classes if suits(demand, *gpu_class))
        positions = self._matching(demand)
        key = (suitable, positions)
        if key not in self._candidates:
            spaces = self.spaces if positions is None else [self.spaces[position] for position in sorted(positions)]
            self._candidates[key] = Candidates(spaces, suitable)
        return self._candidates[key]

    def knowing(self, workload: Workload) -> frozenset[int]:
        """Positions of the nodes that have used its model, and of these, if there are any, its data, too."""
        marks = tuple(mark for mark in workload.inputs if mark in self._having)
        if marks not in self._knowing:
            known: set[int] = set()
            for mark in marks:
                known = known & self._having[mark] or known or self._having[mark]
            self._knowing[marks] = frozenset(known)
        return self._knowing[marks]

    def take_ports(self, workload: Workload, slots: Iterable[Slot]) -> None:
        """Count the ports of a workload that is placed there."""
        if workload.port != NO_PORT:
            for name, _ in slots:
                self.spaces[self._named[name]].take_port(workload.port, workload.id)

    def _matching(self, demand: Demand) -> frozenset[int] | None:
        """Positions of the nodes with the wanted names, labels, port and packages; None means all."""
        sets = [self._labelled.get(label, set()) for label in demand.labels]
        if demand.node_names:
            sets.append({self._named[name] for name in demand.node_names if name in self._named})
        if demand.port != NO_PORT:
            sets.append({space.position for space in self.spaces if space.has_port(demand.port)})
        if demand.packages:
            sets.append({space.position for space in self.spaces if has_packages(space.view.packages, demand.packages)})
        if demand.not_on:
            sets.append({position for name, position in self._named.items() if name not in demand.not_on})
        return frozenset(set.intersection(*sets)) if sets else None


def _waits(running: Iterable[Running], now: datetime) -> dict[str, dict[str, float]]:
    """By node and GPU the seconds until its work is expected to end: 0 when overdue, infinity when nobody knows."""
    waits: dict[str, dict[str, float]] = {}
    for work in running:
        seconds = math.inf if work.expected_end is None else max(0.0, (work.expected_end - now).total_seconds())
        waits.setdefault(work.node, {}).update(dict.fromkeys(work.gpu_ids, seconds))
    return waits


def _space(position: int, node: NodeView, waits: dict[str, dict[str, float]], limits: PlannerLimits) -> NodeSpace:
    space = NodeSpace(position, node)
    ends = waits.get(node.name, {})
    for gpu in node.gpus:
        _sort_in(space, gpu, ends, limits)
    return space


def _sort_in(space: NodeSpace, gpu: GpuView, ends: dict[str, float], limits: PlannerLimits) -> None:
    if not gpu.healthy:
        return
    space.usable[gpu.uuid] = gpu
    if gpu.shared_mib is not None:
        space.shared[gpu.uuid] = gpu.memory_total_mib - gpu.shared_mib
    if gpu.leased_by or gpu.uuid in ends:
        space.waits[gpu.uuid] = ends.get(gpu.uuid, math.inf)
    elif is_strangers(gpu, limits):
        space.waits[gpu.uuid] = math.inf
        space.strangers.add(gpu.uuid)
    elif space.view.accepting:
        space.free[gpu.uuid] = gpu
