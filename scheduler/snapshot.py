"""A snapshot of the store: reads what the planner needs from it, in the planner's words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.deployments import Serving
from common.jobs import Job
from common.leases import PORT_PREFIX, by_node, holdings, shared_mib
from common.nodes import GONE, LOST, Gpu, Node
from common.refusals import listed
from common.settings import Settings
from common.store import Store
from common.swift.inputs.marks import input_marks
from common.swift.packages import needs_of
from scheduler.plan.finished_training import node_with_result
from scheduler.plan.refused import standing
from scheduler.plan.wording import MAX_NAMES
from scheduler.plan.workloads import ANY_PORT, NO_PORT, GpuView, NodeView, PlannerLimits, Running, Workload

# A machine that was silent for longer is not what a job that others refused waits for: a repair takes hours, and what
# was taken away for good may never have been forgotten.
AWAITED_SECONDS = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The world at one moment. `nodes_by_name` keeps what a placement needs beyond the plan: boot ids."""

    waiting_jobs: Mapping[str, Job]
    workloads: tuple[Workload, ...]
    nodes: tuple[NodeView, ...]
    nodes_by_name: Mapping[str, Node]
    running: tuple[Running, ...]
    limits: PlannerLimits
    now: datetime


def take_snapshot(store: Store, settings: Settings) -> Snapshot:
    """Everything that waits, runs and serves, read once."""
    now = store.now()
    waiting = store.queue.jobs()
    nodes = {node.name: node for node in store.nodes.all()}
    lost, ttl = store.nodes.fenced(), settings.node_ttl_seconds
    leases = by_node(store.nodes.leases())
    started_at = store.facts.read().started_at
    return Snapshot(
        waiting_jobs={job.id: job for job in waiting},
        workloads=tuple(
            workload_of(job, node_with_result(job, nodes, lost, now, ttl), standing(job.refused_by, nodes))
            for job in waiting
        ),
        nodes=tuple(node_view(node, leases.get(node.name, {}), started_at, now, ttl) for node in nodes.values()),
        nodes_by_name=nodes,
        running=tuple(part for job in store.jobs.placed() for part in _running(job, now)),
        limits=PlannerLimits(
            gpu_memory_threshold_percent=settings.gpu_memory_threshold_percent,
            gpu_memory_free_threshold_gb=settings.gpu_memory_free_threshold_gb,
            paused=store.passes.is_paused(),
            unheard=unheard(nodes.values(), started_at, now, ttl),
        ),
        now=now,
    )


def workload_of(job: Job, with_result: str = "", refused: frozenset[str] = frozenset()) -> Workload:
    """A waiting job as the planner sees it; `with_result` is the node that has its finished training.

    `refused` are the nodes that refused it and are not asked again.
    """
    serving = job.spec.work if isinstance(job.spec.work, Serving) else None
    return Workload(
        id=job.id,
        priority=job.priority,
        sequence=job.sequence,
        gpus=job.spec.gpus,
        gpu_model=job.spec.gpu_model,
        min_memory_mib=max(job.spec.min_memory_mib, job.spec.share_mib),
        node_names=frozenset([with_result] if with_result else job.spec.node_names),
        labels=tuple(sorted(job.spec.node_labels.items())),
        port=(serving.port or ANY_PORT) if serving else NO_PORT,
        share_mib=job.spec.share_mib,
        has_result=bool(with_result),
        not_on=refused,
        packages=frozenset(need.packages for need in needs_of(job.spec)),
        refusals=listed([refusal for refusal in job.refused_by if refusal.node in refused], MAX_NAMES),
        inputs=input_marks(job.spec),
        not_before=job.not_before_at,
    )


def unheard(nodes: Iterable[Node], started_at: datetime, now: datetime, ttl_seconds: float) -> tuple[str, ...]:
    """The nodes that are waited for after a start of Redis, for at most the TTL.

    One that has not spoken may run a later attempt of what an older copy shows as waiting.
    """
    if (now - started_at).total_seconds() >= ttl_seconds:
        return ()
    return tuple(node.name for node in nodes if node.state not in {GONE, LOST} and node.heartbeat_at < started_at)


def node_view(
    node: Node, leases: Mapping[str, str], started_at: datetime, now: datetime, ttl_seconds: float
) -> NodeView:
    """A node as the planner sees it; `leases` are its own, by GPU or port."""
    # An older copy shows a node as it was then: it has to have spoken since.
    has_spoken = node.heartbeat_at >= started_at
    return NodeView(
        name=node.name,
        gpus=tuple(_gpu_view(gpu, leases.get(gpu.uuid)) for gpu in node.gpus),
        labels=node.labels,
        accepting=node.takes_work(now, ttl_seconds) and has_spoken,
        why_not=node.reasons_at(now, ttl_seconds),
        present=node.drained is None and node.is_alive(now, ttl_seconds),
        awaited=_is_awaited(node, now),
        knows=frozenset(node.known_inputs),
        packages=frozenset(node.packages),
        ports=node.deploy_ports,
        ports_taken=dict(_ports_taken(leases)),
    )


def _is_awaited(node: Node, now: datetime) -> bool:
    """Whether one that takes no work now is expected to do so again."""
    return node.state != LOST and (node.drained is not None or node.silent_seconds(now) < AWAITED_SECONDS)


def _ports_taken(leases: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """The number and the holder's id."""
    for what, value in leases.items():
        if what.startswith(PORT_PREFIX):
            yield int(what.removeprefix(PORT_PREFIX)), holdings(value)[0].job_id


def _gpu_view(gpu: Gpu, leased_by: str | None) -> GpuView:
    return GpuView(
        uuid=gpu.uuid,
        index=gpu.index,
        model=gpu.name,
        memory_total_mib=gpu.memory_total_mib,
        memory_used_mib=gpu.memory_used_mib,
        leased_by=leased_by,
        shared_mib=shared_mib(leased_by) if leased_by else None,
        foreign=bool(gpu.foreign_processes),
        healthy=gpu.healthy,
        numa_node=gpu.numa_node,
    )


def _running(job: Job, now: datetime) -> Iterator[Running]:
    remaining = job.progress.remaining_seconds if job.progress else None
    expected_end = None if remaining is None else now + timedelta(seconds=remaining)
    for place in job.places:
        yield Running(workload_id=job.id, node=place.node, gpu_ids=place.gpu_ids, expected_end=expected_end)
