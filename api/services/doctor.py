"""The doctor's diagnosis: what is wrong, or was, with the service: everything that an operator should look at, gathered
in one answer.
"""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from api.services import Services
from api.services.write_probe import WriteProbe
from common.clock import from_ms, iso, to_ms
from common.errors import ServiceError
from common.jobs import Job
from common.nodes import DRAINED, GONE, JOINING, LOST, NOT_READY, SILENT, Node
from common.places import UNKNOWN, names_of
from common.store import Store
from common.store.consistency import inconsistencies
from common.store.facts import StoreFacts
from common.store.migrations import VERSION
from scheduler.duties.forgetting import LATE_SECONDS

PROBLEM, WARNING, NOTE = "problem", "warning", "note"

# Beyond so many jobs the records are not compared: that reads them all.
AUDITED_MAX = 20_000
# Records are read without a lock: what was only under way is gone at the second look.
SECOND_LOOK_SECONDS = 0.5
SHOWN_DAYS = 7
IDLE_DUTIES = timedelta(hours=1)
NAMED_MAX = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: how bad it is, a word for programs, a sentence, and what it is about."""

    severity: str
    code: str
    message: str
    about: dict[str, Any] = field(default_factory=dict)


def findings(services: Services) -> list[Finding]:
    """The worst first."""
    store = services.store
    facts, nodes, placed = store.facts.read(), store.nodes.all(), store.jobs.placed()
    found = [
        *_store(facts),
        *_redis_settings(store),
        *_redis_now(services.write_probe),
        *_nodes(nodes, facts, services.settings.node_ttl_seconds),
        *_silent_jobs(placed, nodes, facts, services.settings.node_ttl_seconds),
        *_deleted(store, facts, services.settings.stop_grace_seconds),
        *_recovered(store, facts),
        *_duties(store, facts),
        *_inconsistent(store),
    ]
    return sorted(found, key=lambda finding: (PROBLEM, WARNING, NOTE).index(finding.severity))


def _store(facts: StoreFacts) -> Iterator[Finding]:
    if facts.version < VERSION:
        message = (
            f"The store has version {facts.version}, and this release makes version {VERSION} of it: "
            "run swt migrate when every process is of this release."
        )
        yield Finding(NOTE, "store_not_migrated", message, {"version": facts.version, "latest": VERSION})
    shown_since = facts.now - timedelta(days=SHOWN_DAYS)
    for node, at in facts.known_before.items():
        if at >= shown_since:
            began = f"Redis was emptied, or replaced by another one: this data began at {iso(facts.created_at)}"
            gone = "What only that held is gone: waiting and ended jobs, API keys, names of data sets"
            message = f"{began}, and node {node} had known earlier data. {gone}."
            yield Finding(WARNING, "store_emptied", message, {"node": node, "at": iso(at)})
    for node, at in facts.restored.items():
        if at >= shown_since:
            message = f"Redis holds an older copy of its data: node {node} knew more at {iso(at)}, and has told it."
            yield Finding(WARNING, "store_restored", message, {"node": node, "at": iso(at)})


def _redis_settings(store: Store) -> Iterator[Finding]:
    known = store.facts.settings()
    policy = known.get("maxmemory-policy", "noeviction")
    if policy != "noeviction":
        message = f"Redis may throw away records of jobs when its memory is full: its maxmemory-policy is {policy}."
        yield Finding(PROBLEM, "redis_evicts", message, {"maxmemory-policy": policy})
    if known.get("appendonly", "yes") != "yes":
        message = "Redis forgets everything when it ends: appendonly is off."
        yield Finding(PROBLEM, "redis_not_persistent", message, {"appendonly": known["appendonly"]})
    elif (fsync := known.get("appendfsync", "always")) != "always":
        message = f"Redis may lose what it acknowledged in its last seconds: appendfsync is {fsync}."
        yield Finding(NOTE, "redis_not_synced", message, {"appendfsync": fsync})


_LOSES = {"redis_is_a_replica", "redis_fails_to_save"}


def _redis_now(probe: WriteProbe) -> Iterator[Finding]:
    try:
        look = probe.look()
    except ServiceError as refused:
        yield Finding(PROBLEM, "redis_refuses_writes", f"{refused.message}.")
        return
    for code, text in look.troubles():
        yield Finding(PROBLEM if code in _LOSES else WARNING, code, f"{text[0].upper()}{text[1:]}.")


_OF_NODES = {
    SILENT: (PROBLEM, "node_silent"),
    NOT_READY: (WARNING, "node_not_ready"),
    JOINING: (WARNING, "node_not_ready"),
    DRAINED: (NOTE, "node_drained"),
    GONE: (NOTE, "node_stopped"),
    LOST: (NOTE, "node_lost"),
}


def _nodes(nodes: list[Node], facts: StoreFacts, ttl_seconds: float) -> Iterator[Finding]:
    for node in nodes:
        about = {"node": node.name, "heartbeat_at": iso(node.heartbeat_at)}
        state = node.state_at(facts.now, ttl_seconds)
        if state in _OF_NODES:
            why = "; ".join(node.reasons_at(facts.now, ttl_seconds))
            yield Finding(*_OF_NODES[state], f"Node {node.name} takes no work: {why}.", about)
        for text in node.estranged:
            yield Finding(PROBLEM, "attempt_estranged", f"On node {node.name}, {text}.", about)


def _silent_jobs(placed: list[Job], nodes: list[Node], facts: StoreFacts, ttl_seconds: float) -> Iterator[Finding]:
    heard = {node.name for node in nodes if node.silent_seconds(facts.now) < ttl_seconds}
    silent = [(job, name) for job in placed if job.needs_node and (name := _first_unheard(job, heard)) is not None]
    for job, name in silent[:NAMED_MAX]:
        message = f"{job.id} runs on node {name}, which is silent; its policy is on_node_lost={job.spec.on_node_lost}."
        yield Finding(WARNING, "job_out_of_sight", message, {"job_id": job.id, "node": name})


def _first_unheard(job: Job, heard: Collection[str]) -> str | None:
    return next((place.node for place in job.places or UNKNOWN if place.node not in heard), None)


def _deleted(store: Store, facts: StoreFacts, grace_seconds: float) -> Iterator[Finding]:
    late = facts.now - timedelta(seconds=grace_seconds + LATE_SECONDS)
    living = [job for job in store.jobs.deleting() if not job.is_final]
    for job in [job for job in living if job.deleted_at and job.deleted_at <= late][:NAMED_MAX]:
        at = iso(job.deleted_at)
        nodes = names_of(job.places)
        message = f"{job.id} was deleted at {at}, and may run on node {nodes} still: its GPUs are kept."
        yield Finding(PROBLEM, "deleted_job_lives", message, {"job_id": job.id, "node": job.node, "at": at})


def _recovered(store: Store, facts: StoreFacts) -> Iterator[Finding]:
    since = facts.now - timedelta(days=SHOWN_DAYS)
    recent = {job_id: at for job_id, at in store.recovery.recovered()[:NAMED_MAX] if at >= since}
    for job in store.jobs.get_many(recent):
        at = iso(recent[job.id])
        nodes = names_of(job.places)
        message = f"Node {nodes} registered {job.id}, attempt {job.attempt}, again at {at}: Redis had forgotten it."
        yield Finding(NOTE, "job_recovered", message, {"job_id": job.id, "node": job.node, "at": at})


def _duties(store: Store, facts: StoreFacts) -> Iterator[Finding]:
    """Whether anybody looks after what gets old: told when something has for longer than that."""
    late_ms = to_ms(facts.now - IDLE_DUTIES)
    looked_ms = store.retention.looked_at_ms()
    if looked_ms >= late_ms or not store.ended.page(0, 1, late_ms):
        return
    if looked_ms:
        at = iso(from_ms(looked_ms))
        message = f"No duties process has been here since {at}: what is old is not forgotten."
        yield Finding(WARNING, "no_duties", message, {"at": at})
    else:
        yield Finding(WARNING, "no_duties", "No duties process was ever here: what is old is not forgotten.")


def _inconsistent(store: Store) -> Iterator[Finding]:
    count = len(store.listings.all_ids())
    if count > AUDITED_MAX:
        yield Finding(NOTE, "not_audited", f"Records and leases were not compared: {count} jobs are too many to read.")
        return
    first = set(inconsistencies(store))
    if not first:
        return
    time.sleep(SECOND_LOOK_SECONDS)
    for problem in sorted(first & set(inconsistencies(store)))[:NAMED_MAX]:
        yield Finding(PROBLEM, "inconsistent", f"The records contradict one another: {problem}.")
