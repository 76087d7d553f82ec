"""One pass: read what waits, plan, and apply the plan. The plan proposes; Redis re-checks each placement."""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

import structlog

from common.deployments import Serving
from common.jobs import Job
from common.nodes import Node
from common.places import Place
from common.states import JobState
from common.store.attempts import Placing
from common.store.outcomes import Outcome
from common.store.passes import LastPass
from scheduler.plan.planner import plan
from scheduler.plan.workloads import Blocked, Placement
from scheduler.refused_jobs import fail_refused
from scheduler.scheduler import Scheduler
from scheduler.snapshot import Snapshot, take_snapshot

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class PassResult:
    """What a pass did: ids it placed, ids it could not place with the reason, and placements Redis refused."""

    started: tuple[str, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()

    @property
    def processed(self) -> int:
        return len(self.started) + len(self.blocked) + len(self.refused)

    def then(self, later: "PassResult") -> "PassResult":
        """This one and the next in one: what started stays started, the rest is the later one's to say."""
        return PassResult(self.started + later.started, later.blocked, later.refused)


def run_passes(scheduler: Scheduler) -> PassResult | None:
    """Run passes until no doorbell rang meanwhile; None when another scheduler is at it (it looks again)."""
    token = uuid4().hex
    result: PassResult | None = None
    while True:
        epoch = scheduler.store.passes.begin(token)
        if epoch == 0:
            return result
        try:
            done = _timed_pass(scheduler, epoch)
        finally:
            rang_meanwhile = scheduler.store.passes.end(token)
        result = done if result is None else result.then(done)
        if not rang_meanwhile:
            return result


def _timed_pass(scheduler: Scheduler, epoch: int) -> PassResult:
    began = time.monotonic()
    done = run_pass(scheduler, epoch)
    milliseconds = round((time.monotonic() - began) * 1000)
    counts = (len(done.started), len(done.blocked), len(done.refused))
    scheduler.store.passes.record(LastPass(scheduler.store.now(), milliseconds, *counts))
    return done


def run_pass(scheduler: Scheduler, epoch: int) -> PassResult:
    """Plan everything that waits, once, and apply it under this epoch."""
    snapshot = take_snapshot(scheduler.store, scheduler.settings)
    failed = fail_refused(scheduler.store, snapshot)
    workloads = [workload for workload in snapshot.workloads if workload.id not in failed]
    if not workloads:
        return PassResult()
    planned = plan(workloads, snapshot.nodes, snapshot.running, snapshot.now, snapshot.limits)
    started, refused = [], []
    for placement in planned.placements:
        outcome = _place(scheduler, snapshot, placement, epoch)
        if outcome is Outcome.OK:
            started.append(placement.workload_id)
        else:
            refused.append((placement.workload_id, str(outcome)))
    for blocked in planned.blocked:
        _queue(scheduler, snapshot, blocked)
    return PassResult(tuple(started), planned.blocked, tuple(refused))


def _place(scheduler: Scheduler, snapshot: Snapshot, placement: Placement, epoch: int) -> Outcome:
    job = snapshot.waiting_jobs[placement.workload_id]
    placing = _placing(job, placement, snapshot.nodes_by_name, epoch)
    outcome, attempt = scheduler.store.attempts.assign(job.id, placing)
    job = job.evolve(places=placing.places)
    bound = log.bind(job_id=job.id, node=job.node, gpu_ids=list(job.gpu_ids), epoch=epoch)
    if outcome is Outcome.OK:
        bound.info("job_assigned", attempt=attempt)
        scheduler.hint(job, attempt)
    else:
        bound.info("placement_refused", outcome=str(outcome))
    return outcome


def _placing(job: Job, placement: Placement, nodes: Mapping[str, Node], epoch: int) -> Placing:
    on = [(nodes[name], gpu_ids) for name, gpu_ids in placement.slots]
    serving = job.spec.work if isinstance(job.spec.work, Serving) else None
    share_mib = job.spec.share_mib
    return Placing(
        epoch=epoch,
        places=tuple(Place(node.name, node.boot_id, node.instance, gpu_ids) for node, gpu_ids in on),
        message=_assigned(on, share_mib),
        ports=_ports(serving, on[0][0]) if serving else None,
        share_mib=share_mib,
        gpu_memory_mib=min(gpu.memory_total_mib for node, gpu_ids in on for gpu in node.gpus if gpu.uuid in gpu_ids),
    )


def _assigned(on: Sequence[tuple[Node, Collection[str]]], share_mib: int) -> str:
    """Tells of each node's GPUs by their indexes."""
    message = ""
    for node, gpu_ids in on:
        index = {gpu.uuid: str(gpu.index) for gpu in node.gpus}
        gpus = f"GPU {', '.join(index[uuid] for uuid in gpu_ids)}"
        taken = f"{share_mib} MiB of {gpus}" if share_mib else gpus
        message = f"{message}, and {taken} of node {node.name}" if message else f"assigned {taken} of node {node.name}"
    return message


def _ports(serving: Serving, node: Node) -> tuple[int, int]:
    return (serving.port, serving.port) if serving.port else node.deploy_ports


def _queue(scheduler: Scheduler, snapshot: Snapshot, blocked: Blocked) -> None:
    if snapshot.waiting_jobs[blocked.workload_id].state is not JobState.PENDING:
        return
    if scheduler.store.attempts.queue(blocked.workload_id, blocked.message) is Outcome.OK:
        log.info("job_queued", job_id=blocked.workload_id, reason=str(blocked.reason), position=blocked.position)
