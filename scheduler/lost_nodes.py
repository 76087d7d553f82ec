"""Settles what ran on a disk that an operator declared lost: at once, since it may never speak again."""

from collections.abc import Collection, Mapping

import structlog

from common.job_specs import OnNodeLost, ended_by_user
from common.jobs import Job
from common.nodes import LOST, Node
from common.places import Place
from common.reasons import Reason
from common.states import Verb
from common.store import Store
from common.store.outcomes import Outcome

log = structlog.get_logger()

REQUEUED, FAILED, CANCELLED = "requeued", "failed", "cancelled"


def settle_fenced(store: Store, placed: Collection[Job], fenced: Collection[str]) -> dict[str, str]:
    """End or queue again what was placed there, and free what was kept; returns what became of each job.

    Each step is fenced by the attempt, so this may be repeated, by whomever.
    """
    store.nodes.release([kept for kept in store.nodes.kept() if kept.instance in fenced])
    suspects = [job for job in placed if any(not one.instance or one.instance in fenced for one in job.places)]
    nodes = {node.name: node for node in store.nodes.all()} if fenced and suspects else {}
    lost = [(job, place) for job in suspects if (place := _first_lost(job, nodes, fenced))]
    done: dict[str, str] = {}
    for job, place in lost:
        outcome, word = _settle(store, job, _message(place, nodes))
        if outcome is Outcome.OK:
            done[job.id] = word
            log.warning("lost_node_settled", job_id=job.id, attempt=job.attempt, node=place.node, became=word)
    return done


def cancel_lost(store: Store, job: Job, message: str) -> Outcome:
    """End a job whose user wanted its end, whatever its policy; its node cannot be asked."""
    verb, _ = ended_by_user(job.spec.kind)
    reason = Reason(job.cancel_reason or Reason.CANCELLED_BY_USER)
    return store.attempts.end(job.id, job.attempt, verb, reason, f"cancelled; {message}", of_model=job.spec.model_name)


def _settle(store: Store, job: Job, message: str) -> tuple[Outcome, str]:
    """By its policy; to `wait` for a machine that never comes back would be to wait for ever."""
    if job.cancel_requested_at is not None:
        return cancel_lost(store, job, message), CANCELLED
    if job.spec.on_node_lost is OnNodeLost.FAIL:
        return store.attempts.end(job.id, job.attempt, Verb.FAIL, Reason.NODE_LOST, message), FAILED
    text = f"{message}; queued again"
    # What an operator says of a machine is not held against the job: no counter is raised.
    outcome = store.attempts.requeue(job.id, job.attempt, Reason.NODE_LOST, text, delay_seconds=0, counter="")
    if outcome is Outcome.CANCEL_REQUESTED:
        return cancel_lost(store, store.jobs.get_any(job.id), message), CANCELLED
    return outcome, REQUEUED


def _first_lost(job: Job, nodes: Mapping[str, Node], fenced: Collection[str]) -> Place | None:
    return next((place for place in job.places if _is_lost(place, nodes, fenced)), None)


def _is_lost(place: Place, nodes: Mapping[str, Node], fenced: Collection[str]) -> bool:
    node = nodes.get(place.node)
    # What an earlier release placed names no instance.
    return place.instance in fenced or (not place.instance and node is not None and node.state == LOST)


def _message(place: Place, nodes: Mapping[str, Node]) -> str:
    node = nodes.get(place.node)
    if node is None or node.lost is None:
        return f"node {place.node} was declared lost"
    return f"node {place.node} was declared lost by {node.lost.by_and_why}"
