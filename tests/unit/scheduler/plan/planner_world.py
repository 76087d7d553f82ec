"""A cluster in virtual time: applies plans pass by pass and ends work when its true length is over."""

from dataclasses import dataclass, field, replace

from scheduler.plan.planner import plan
from scheduler.plan.workloads import NodeView, Plan, PlannerLimits, Running, Workload
from tests.unit.scheduler.plan.planner_builders import NOW, at


@dataclass(slots=True)
class World:
    """`lengths` holds the true seconds of every workload; the planner sees them only when `measured`."""

    nodes: list[NodeView]
    lengths: dict[str, int]
    measured: bool
    clock: int = 0
    waiting: list[Workload] = field(default_factory=list)
    busy: dict[str, str] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)
    slots: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = field(default_factory=dict)
    started: dict[str, int] = field(default_factory=dict)

    def run_pass(self) -> Plan:
        decision = plan(self.waiting, self._views(), self._running(), at(self.clock), PlannerLimits())
        for placement in decision.placements:
            self.started[placement.workload_id] = self.clock
            self.ends[placement.workload_id] = self.clock + self.lengths[placement.workload_id]
            self.slots[placement.workload_id] = placement.slots
            for _, uuids in placement.slots:
                self.busy |= dict.fromkeys(uuids, placement.workload_id)
        self.waiting = [workload for workload in self.waiting if workload.id not in self.started]
        return decision

    def advance(self) -> bool:
        """Go to the next end of running work; false when nothing runs."""
        if not self.ends:
            return False
        self.clock = min(self.ends.values())
        for workload_id in [one for one, end in self.ends.items() if end == self.clock]:
            del self.ends[workload_id]
            self.busy = {uuid: owner for uuid, owner in self.busy.items() if owner != workload_id}
        return True

    def _views(self) -> list[NodeView]:
        return [
            replace(node, gpus=tuple(replace(gpu, leased_by=self.busy.get(gpu.uuid)) for gpu in node.gpus))
            for node in self.nodes
        ]

    def _running(self) -> list[Running]:
        return [
            Running(workload_id, node, uuids, at(end) if self.measured else None)
            for workload_id, end in self.ends.items()
            for node, uuids in self.slots[workload_id]
        ]


def seconds_until(moment) -> float:
    return (moment - NOW).total_seconds()
