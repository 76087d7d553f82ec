"""The rescuer: repairs what messages and machines lose: hints that never arrived, nodes whose heartbeat stopped."""

from collections.abc import Mapping
from datetime import datetime

import structlog

from common.clock import to_ms
from common.job_specs import OnNodeLost
from common.jobs import Job
from common.nodes import Node
from common.places import UNKNOWN, Place
from common.reasons import Reason
from common.states import Verb
from common.store.outcomes import Outcome
from scheduler.judging import Judgement, judge
from scheduler.lost_nodes import cancel_lost, settle_fenced
from scheduler.scheduler import Scheduler
from scheduler.store_watch import StoreWatch

log = structlog.get_logger()


def rescue(scheduler: Scheduler) -> None:
    """Look once at every placed job: hint again where nobody speaks of it, apply its policy where its node is lost."""
    ttl_seconds = scheduler.settings.node_ttl_seconds
    watch = scheduler.watch
    answers_since = watch.look(scheduler.store) if watch else None
    now = scheduler.store.now()
    nodes = {node.name: node for node in scheduler.store.nodes.all()}
    every = scheduler.store.jobs.placed()
    settled = settle_fenced(scheduler.store, every, scheduler.store.nodes.fenced())
    placed = [job for job in every if job.needs_node and job.id not in settled]
    elsewhere = {job.id: (job, place) for job in placed if (place := _on_another_disk(job, nodes))}
    here = [job for job in placed if job.id not in elsewhere]
    _hint_again(scheduler, [job for job in here if _are_alive(job, nodes, now, ttl_seconds)], now)
    for job, place in elsewhere.values():
        _settle_on_another_disk(scheduler, job, place, nodes[place.node])
    if watch is None or answers_since is None or watch.look(scheduler.store) != answers_since:
        return  # what was read just now may be of two stores
    judged = judge(nodes.values(), answers_since, now, ttl_seconds)
    _say_withheld(watch, judged)
    is_unknown_for_good = (now - answers_since).total_seconds() >= ttl_seconds
    for job in here:
        silent = (name for name in _names(job) if name in judged.lost or (name not in nodes and is_unknown_for_good))
        if (name := next(silent, None)) is not None:
            _settle_lost(scheduler, job, name, nodes.get(name), now)


def _names(job: Job) -> tuple[str, ...]:
    return tuple(place.node for place in job.places or UNKNOWN)


def _on_another_disk(job: Job, nodes: Mapping[str, Node]) -> Place | None:
    """The first of its places for whose node another disk speaks now."""
    known = (place for place in job.places if place.node in nodes)
    return next((place for place in known if not nodes[place.node].is_instance(place.instance)), None)


def _are_alive(job: Job, nodes: Mapping[str, Node], now: datetime, ttl_seconds: float) -> bool:
    return all(name in nodes and nodes[name].is_alive(now, ttl_seconds) for name in _names(job))


def _say_withheld(watch: StoreWatch, judged: Judgement) -> None:
    """Once for each time that it begins, and when it is over."""
    if watch.withheld == judged.withheld:
        return
    if judged.withheld:
        log.error("nobody_is_judged", silent=sorted(judged.withheld))
    else:
        log.warning("nodes_are_judged_again", lost=sorted(judged.lost))
    watch.withheld = judged.withheld


def _hint_again(scheduler: Scheduler, jobs: list[Job], now: datetime) -> None:
    by_id = {job.id: job for job in jobs}
    timeout_ms = int(scheduler.settings.hint_timeout_seconds * 1000)
    for job_id in scheduler.store.attempts.overdue(list(by_id), to_ms(now), timeout_ms):
        job = by_id[job_id]
        log.warning("hint_repeated", job_id=job.id, attempt=job.attempt, node=job.node, state=str(job.state))
        scheduler.hint(job, job.attempt)


def _settle_lost(scheduler: Scheduler, job: Job, name: str, node: Node | None, now: datetime) -> None:
    silent = "for ever" if node is None else f"for {int(node.silent_seconds(now))} s"
    _apply_policy(scheduler, job, name, f"node {name} has been silent {silent}")


def _settle_on_another_disk(scheduler: Scheduler, job: Job, place: Place, node: Node) -> None:
    """The one that ran it does not speak for the name any more, so it has been silent for the TTL or said goodbye.

    On the same boot its processes may be alive beside the worker that took the name: their GPUs are not given away.
    """
    message = f"another disk speaks for node {place.node} than the one that it ran on"
    if node.boot_id == place.boot_id:
        outcome = _wait(scheduler, job, message)
        if outcome is Outcome.OK:
            log.warning("node_lost", job_id=job.id, attempt=job.attempt, node=place.node, policy="wait")
        return
    _apply_policy(scheduler, job, place.node, message)


def _apply_policy(scheduler: Scheduler, job: Job, name: str, message: str) -> None:
    match job.spec.on_node_lost:
        case OnNodeLost.WAIT:
            outcome = _wait(scheduler, job, message)
        case _ if job.cancel_requested_at is not None:
            outcome = cancel_lost(scheduler.store, job, message)
        case OnNodeLost.REQUEUE:
            outcome = _requeue(scheduler, job, message)
        case OnNodeLost.FAIL:
            outcome = scheduler.store.attempts.end(job.id, job.attempt, Verb.FAIL, Reason.NODE_LOST, message)
    if outcome is Outcome.OK:
        log.warning("node_lost", job_id=job.id, attempt=job.attempt, node=name, policy=str(job.spec.on_node_lost))


def _wait(scheduler: Scheduler, job: Job, message: str) -> Outcome:
    if job.reason == Reason.NODE_LOST:
        return Outcome.MOVED_ON
    text = f"{message}; the job may well be alive, so its GPUs are kept (on_node_lost=wait)"
    return scheduler.store.attempts.note(job.id, job.attempt, "node_lost", text, reason=Reason.NODE_LOST)


def _requeue(scheduler: Scheduler, job: Job, message: str) -> Outcome:
    attempts = scheduler.store.attempts
    if job.infra_failures >= scheduler.settings.infra_retries:
        text = f"{message}, and it was tried {job.infra_failures + 1} times already"
        return attempts.end(job.id, job.attempt, Verb.FAIL, Reason.RETRIES_EXHAUSTED, text)
    return attempts.requeue(
        job.id,
        job.attempt,
        Reason.NODE_LOST,
        f"{message}; queued again (on_node_lost=requeue)",
        delay_seconds=0,
        counter="infra_failures",
    )
