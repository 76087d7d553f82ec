"""Builders for planner tests: small fleets in one line each."""

from datetime import UTC, datetime, timedelta
from typing import Any

from scheduler.plan.planner import plan
from scheduler.plan.workloads import Blocked, GpuView, NodeView, Plan, PlannerLimits, Running, Workload

NOW = datetime(2025, 1, 1, 12, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def make_job(job_id: str, sequence: int = 0, **changes: Any) -> Workload:
    """A job for one GPU; "a", "b", "c" were submitted in that order."""
    return Workload(job_id, changes.pop("priority", 5), sequence or ord(job_id[0]), **changes)


def make_gpu(node: str, index: int, **changes: Any) -> GpuView:
    """GPU 2 of node n1 has the UUID n1-2."""
    defaults = {"model": "NVIDIA A100-SXM4-80GB", "memory_total_mib": 81920}
    return GpuView(f"{node}-{index}", index, **(defaults | changes))


def make_node(name: str, gpus: int, leased: tuple[int, ...] = (), accepting: bool = True, **changes: Any) -> NodeView:
    """A node whose GPUs are alike; those with the indexes in `leased` belong to a job."""
    labels = changes.pop("labels", {})
    views = (make_gpu(name, index, leased_by="old" if index in leased else None, **changes) for index in range(gpus))
    return NodeView(name, tuple(views), labels, accepting)


def make_running(node: str, *indexes: int, ends: float | None = None) -> Running:
    """Work on these GPUs that is expected to end in so many seconds."""
    end = None if ends is None else at(ends)
    return Running("old", node, tuple(f"{node}-{index}" for index in indexes), end)


def decide(waiting: list[Workload], nodes: list[NodeView], running: tuple[Running, ...] = (), **limits: Any) -> Plan:
    return plan(waiting, nodes, running, NOW, PlannerLimits(**limits))


def placed(decision: Plan) -> dict[str, tuple[str, ...]]:
    """The GPUs given to each placed workload."""
    return {
        placement.workload_id: tuple(uuid for _, uuids in placement.slots for uuid in uuids)
        for placement in decision.placements
    }


def blocked(decision: Plan, job_id: str) -> Blocked:
    return next(answer for answer in decision.blocked if answer.workload_id == job_id)
