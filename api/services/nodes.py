"""Nodes as an operator sees and steers them: listed, drained, declared lost, forgotten."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

import structlog

from api.services import Services
from common.errors import NodeNotFound, StateConflict
from common.leases import by_node, holdings
from common.nodes import Node
from common.states import PLACED
from common.store import Store
from common.store.outcomes import Outcome
from scheduler.lost_nodes import settle_fenced

log = structlog.get_logger()

_SHOWN_MAX = 64


@dataclass(frozen=True, slots=True)
class NodeView:
    """A node at one moment: how it is, and what holds something of it.

    `held_by` are jobs that were ended by force, or deleted, and hold their GPUs until it is proved that nothing of them
    runs.
    """

    node: Node
    state: str
    why: tuple[str, ...]
    takes_work: bool
    is_alive: bool
    heartbeat_age_seconds: float
    gpus: dict[str, int]
    jobs: tuple[str, ...]
    held_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LostNode:
    """What became of the jobs of a node that was declared lost; no view of one that the store knows no more."""

    view: NodeView | None
    jobs: list[dict[str, str]]


def node_views(services: Services) -> list[NodeView]:
    """Every node that ever registered, by name."""
    store = services.store
    now, leases, left = store.now(), by_node(store.nodes.leases()), left_over(store)
    ttl = services.settings.node_ttl_seconds
    return [_view(node, leases.get(node.name, {}), left, now, ttl) for node in store.nodes.all()]


def node_view(services: Services, name: str) -> NodeView:
    """Raises NodeNotFound."""
    store = services.store
    node = store.nodes.get(name)
    leases = by_node(store.nodes.leases()).get(name, {})
    return _view(node, leases, left_over(store), store.now(), services.settings.node_ttl_seconds)


def left_over(store: Store) -> set[str]:
    """The holders of leases whose jobs nobody sees run: they were ended by force, or deleted."""
    deleted = {f"{job.id}:{job.attempt}" for job in store.jobs.deleting() if job.state in PLACED}
    return {lease.holder for lease in store.nodes.kept()} | deleted


def drain(services: Services, name: str, reason: str, actor: str) -> NodeView:
    """Place nothing more there; what runs goes on. Twice is fine. Raises NodeNotFound."""
    if services.store.nodes.drain(name, actor or "the user", reason) is Outcome.MISSING:
        _not_found(name)
    log.info("node_drained", node=name, reason=reason, actor=actor)
    return node_view(services, name)


def undrain(services: Services, name: str, actor: str) -> NodeView:
    """Let it take work again. Twice is fine. Raises NodeNotFound."""
    if services.store.nodes.undrain(name) is Outcome.MISSING:
        _not_found(name)
    log.info("node_undrained", node=name, actor=actor)
    return node_view(services, name)


def declare_lost(services: Services, name: str, reason: str, actor: str, *, force: bool) -> LostNode:
    """Settle all that it ran, at once, and let what it ran as never speak again. Twice is fine.

    Raises NodeNotFound, and StateConflict while it is alive unless `force`.
    """
    store, by = services.store, actor or "the user"
    placed = [job for job in store.jobs.placed() if job.place_on(name)]
    earlier = {place.instance for job in placed for place in job.places if place.node == name}
    earlier |= {kept.instance for kept in store.nodes.kept() if kept.node == name}
    ttl = services.settings.node_ttl_seconds
    outcome = store.nodes.fence(name, sorted(earlier - {""}), by, reason, ttl_seconds=ttl, force=force)
    if outcome is Outcome.MISSING:
        _not_found(name)
    if outcome is Outcome.ALIVE:
        message = f"node '{name}' is alive: drain it and stop its jobs instead; with force, all that it runs is ended"
        raise StateConflict(message, node=name)
    log.warning("node_declared_lost", node=name, reason=reason, actor=actor)
    became = settle_fenced(store, placed, store.nodes.fenced())
    jobs = [{"job_id": job_id, "became": word} for job_id, word in sorted(became.items())]
    try:
        return LostNode(node_view(services, name), jobs)
    except NodeNotFound:
        return LostNode(None, jobs)


def forget(services: Services, name: str, actor: str) -> None:
    """Remove one that is not there and holds nothing. Raises NodeNotFound, StateConflict."""
    outcome = services.store.nodes.forget(name, services.settings.node_ttl_seconds)
    if outcome is Outcome.MISSING:
        _not_found(name)
    if outcome is Outcome.ALIVE:
        raise StateConflict(f"node '{name}' is alive: drain it and stop its worker first", node=name)
    if outcome is Outcome.HOLDS_LEASES:
        view = node_view(services, name)
        held = ", ".join([*view.jobs, *view.held_by])
        message = f"node '{name}' still holds {held}: wait for their end, or declare it lost"
        raise StateConflict(message, node=name)
    log.info("node_forgotten", node=name, actor=actor)


def _view(node: Node, leases: Mapping[str, str], left: Collection[str], now: datetime, ttl: float) -> NodeView:
    holders = {each.holder: each.job_id for value in leases.values() for each in holdings(value)}
    busy = sum(gpu.uuid in leases for gpu in node.gpus)
    return NodeView(
        node=node,
        state=node.state_at(now, ttl),
        why=node.reasons_at(now, ttl),
        takes_work=node.takes_work(now, ttl),
        is_alive=node.is_alive(now, ttl),
        heartbeat_age_seconds=round(max(0.0, node.silent_seconds(now)), 1),
        gpus={"total": len(node.gpus), "free": len(node.gpus) - busy, "busy": busy},
        jobs=tuple(sorted({job_id for holder, job_id in holders.items() if holder not in left})),
        held_by=tuple(sorted({job_id for holder, job_id in holders.items() if holder in left})),
    )


def _not_found(name: str) -> NoReturn:
    shown = name[:_SHOWN_MAX]
    raise NodeNotFound(f"there is no node '{shown}'", node=shown)
