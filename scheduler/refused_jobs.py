"""Fails the waiting jobs that every node refused which could run them and is there, or expected back."""

import structlog

from common.exports import Export
from common.jobs import Job
from common.refusals import first_reason, told
from common.store import Store
from common.store.outcomes import Outcome
from scheduler.plan.refused import nodes_left
from scheduler.plan.workloads import Workload
from scheduler.snapshot import Snapshot

log = structlog.get_logger()


def fail_refused(store: Store, snapshot: Snapshot) -> set[str]:
    """The ids of those that failed.

    Mostly the worker of the last node that refuses decides it; this is for nodes that vanished since.
    """
    refused = [workload for workload in snapshot.workloads if workload.not_on]
    return {workload.id for workload in refused if _fails(store, snapshot, workload)}


def _fails(store: Store, snapshot: Snapshot, workload: Workload) -> bool:
    left = nodes_left(workload.demand, workload.not_on, snapshot.nodes)
    if left.there or left.awaited:
        return False
    job = snapshot.waiting_jobs[workload.id]
    refusals = [refusal for refusal in job.refused_by if refusal.node in workload.not_on]
    reason, message = first_reason(refusals), told(refusals, left.absent)
    if store.attempts.fail_waiting(job.id, job.attempt, reason, message) is not Outcome.OK:
        return False
    log.warning("job_failed", job_id=job.id, reason=str(reason), message=message)
    _tell_source(store, job, message)
    return True


def _tell_source(store: Store, job: Job, message: str) -> None:
    if isinstance(job.spec.work, Export):
        store.exports.end(job.spec.work.source_job_id, job.id, message, error=message)
