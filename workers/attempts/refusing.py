"""Refusing a job: what this node cannot start goes back for others to try; it fails when no other is left that could
run it.
"""

from pathlib import Path

import structlog

from common.jobs import Job
from common.reasons import INFRASTRUCTURE, Reason
from common.refusals import Refusal, dump_refusals, first_reason, told, with_refusal
from scheduler.plan.finished_training import node_with_result
from scheduler.plan.refused import Left, nodes_left, standing
from scheduler.snapshot import node_view, workload_of
from workers.attempts import settle
from workers.attempts.attempt import Attempt
from workers.attempts.ends import End
from workers.node.local import LocalNode
from workers.runner_control import read_exit, read_runner

log = structlog.get_logger()


def refuse(attempt: Attempt, reason: Reason, message: str) -> End:
    """End an attempt of which this node can start nothing. Raises Detached or Unwanted."""
    message = attempt.as_given(message)
    if _something_ran(attempt):
        return attempt.fail(reason, message)
    node = attempt.node
    job = settle.patiently(node, lambda: node.store.jobs.get_any(attempt.job.id))
    refusals, left = settle.patiently(node, lambda: _look_around(node, job, reason, message))
    # Where nobody else is there, what may go better the next time is tried here again.
    if left.there or (left.awaited and reason not in INFRASTRUCTURE):
        attempt.note("refused", f"node {node.name} refused it: {message}", refused_by=dump_refusals(refusals))
        return settle.leave_to_others(node, job, attempt.number, reason, f"node {node.name} refused it: {message}")
    if reason in INFRASTRUCTURE:
        return attempt.fail(reason, message)
    return attempt.fail(first_reason(refusals), told(refusals, left.absent))


def _look_around(node: LocalNode, job: Job, reason: Reason, message: str) -> tuple[tuple[Refusal, ...], Left]:
    """All that stands refused, this included; and who is left."""
    store, ttl, instance = node.store, node.settings.node_ttl_seconds, node.identity.instance
    at, nodes = store.now(), {known.name: known for known in store.nodes.all()}
    redis_started_at = store.facts.read().started_at
    stands = standing(job.refused_by, nodes)
    latest = Refusal(node.name, instance.id, instance.session, str(reason), message)
    refusals = with_refusal([refusal for refusal in job.refused_by if refusal.node in stands], latest)
    with_result = node_with_result(job, nodes, store.nodes.fenced(), at, ttl)
    views = [node_view(known, {}, redis_started_at, at, ttl) for known in nodes.values()]
    refused = {refusal.node for refusal in refusals}
    return refusals, nodes_left(workload_of(job, with_result).demand, refused, views)


def _something_ran(attempt: Attempt) -> bool:
    """Whether a process of this attempt was ever alive."""
    return any(map(_ran, attempt.folder.phase_dirs()))


def _ran(phase_dir: Path) -> bool:
    ended = read_exit(phase_dir)
    if ended is not None:
        return ended.outcome != "start_failed"
    return read_runner(phase_dir) is not None
