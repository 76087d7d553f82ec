"""The planner (placement): decides, purely, which waiting workload starts on which GPUs, what is kept for whom, and why
the others wait.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from common.reasons import Reason
from scheduler.plan.capacity import Capacity
from scheduler.plan.estimate import estimate_starts
from scheduler.plan.explain import Explainer
from scheduler.plan.fit import closest
from scheduler.plan.nodes import NodeSpace
from scheduler.plan.reservation import Holds, Offer
from scheduler.plan.shapes import Shape, Shapes, Waiting, expected_length
from scheduler.plan.sharing import place_share
from scheduler.plan.workloads import Blocked, NodeView, Placement, Plan, PlannerLimits, Running, Slot, Workload


def plan(
    waiting: Iterable[Workload],
    nodes: Sequence[NodeView],
    running: Iterable[Running],
    now: datetime,
    limits: PlannerLimits,
) -> Plan:
    """Answer every waiting workload: placed, or blocked with its reason, position and, where known, expected start.

    Higher priority goes first, then the earlier submission. The first blocked workload of each pool of nodes gets a
    reservation, and a later one starts only where it does not delay that. The order of the arguments does not matter.
    `now` is aware, `gpus` and `nodes` of a workload are at least 1, ids are unique.
    """
    ranked = rank(waiting)
    capacity = Capacity(nodes, running, now, limits)
    holds = Holds()
    shapes = Shapes(capacity)
    placements: list[Placement] = []
    left: list[Waiting] = []
    for workload in ranked:
        shape = shapes.of(workload)
        reason = _reason_not_to_try(workload, shape, now, limits)
        slots = None if reason else _place(workload, shape, holds, capacity)
        if slots:
            capacity.take_ports(workload, slots)
            placements.append(Placement(workload.id, slots))
        else:
            left.append(Waiting(workload, shape, reason))
    return Plan(
        tuple(placements),
        _answer(left, capacity, holds, now, limits.unheard),
        tuple(hold.to_reservation(now) for hold in holds.all),
    )


def _reason_not_to_try(workload: Workload, shape: Shape, now: datetime, limits: PlannerLimits) -> Reason | None:
    """The reasons for which a workload waits without blocking anybody."""
    if limits.paused:
        return Reason.PAUSED
    if limits.unheard:
        return Reason.NODES_UNHEARD
    if shape.standing_reason:
        return shape.standing_reason
    if workload.not_before is not None and workload.not_before > now:
        return Reason.BACKING_OFF
    if shape.has_lost_its_ports():
        shape.standing_reason = Reason.PORT_BUSY
    return shape.standing_reason


def _place(workload: Workload, shape: Shape, holds: Holds, capacity: Capacity) -> tuple[Slot, ...] | None:
    """Take GPUs for a workload, or else keep GPUs for it if it is the first of its pool that has to wait."""
    seconds = expected_length(workload.expected_seconds)
    if seconds > shape.longest_seconds:
        return None
    if shape.share_mib:
        slot = place_share(shape, holds)
        if slot is not None:
            return (slot,)
    elif (chosen := _choose(shape, holds, seconds, _first(workload, shape, capacity))) is not None:
        return tuple(_take(space, shape, seconds) for space in chosen)
    if not shape.was_considered_for_reservation:
        shape.was_considered_for_reservation = True
        holds.reserve(workload.id, shape)
    return None


def _first(workload: Workload, shape: Shape, capacity: Capacity) -> list[NodeSpace]:
    """The best fit among the GPUs for anybody: of equals, a node that knows its inputs.

    A workload that nodes have refused goes first to one that knows them, whatever is left there.
    """
    known = capacity.knowing(workload)
    if workload.not_on and known:
        chosen = shape.candidates.among(known, shape.gpus, shape.nodes, shape.port)
        if len(chosen) == shape.nodes:
            return chosen
    return shape.candidates.best_fit(shape.gpus, shape.nodes, shape.port, known)


def _choose(shape: Shape, holds: Holds, seconds: float, first: list[NodeSpace]) -> list[NodeSpace] | None:
    """The nodes to start on, all or none: `first`, then those that reservations lend."""
    chosen = list(first)
    missing = shape.nodes - len(chosen)
    if missing:
        offers = sorted(holds.offers(shape, chosen), key=_longest_first)
        shape.longest_seconds = offers[missing - 1].longest_seconds if len(offers) >= missing else -1.0
        if seconds > shape.longest_seconds:
            return None
        lending = [offer for offer in offers if seconds <= offer.longest_seconds]
        chosen += [shape.candidates.spaces[offer.position] for offer in sorted(lending, key=_best_fit)[:missing]]
    return sorted(chosen, key=_by_name)


def _take(space: NodeSpace, shape: Shape, seconds: float) -> Slot:
    free = shape.candidates.free(space)
    if len(free) < shape.gpus:
        free = shape.candidates.free_and_kept(space)
    gpus = closest(free, shape.gpus)
    space.take(gpus, seconds)
    return (space.view.name, tuple(gpu.uuid for gpu in gpus))


def _answer(
    left: Sequence[Waiting], capacity: Capacity, holds: Holds, now: datetime, unheard: Sequence[str]
) -> tuple[Blocked, ...]:
    """Explain all that wait, by the state in which the plan leaves the nodes.

    Position 1 is next: so those that were not even tried, whatever their rank, come after those in line.
    """
    in_line = sorted(left, key=_was_not_tried)
    explainer = Explainer(capacity, holds, now, unheard)
    starts = estimate_starts(in_line, capacity, holds, now)
    return tuple(
        Blocked(waits.workload.id, *explainer.why(waits), position, *starts.of(waits, position))
        for position, waits in enumerate(in_line, start=1)
    )


def _by_name(space: NodeSpace) -> int:
    return space.position


def _longest_first(offer: Offer) -> float:
    return -offer.longest_seconds


def _best_fit(offer: Offer) -> tuple[int, int]:
    return (offer.gpus, offer.position)


def _was_not_tried(waiting: Waiting) -> bool:
    return waiting.reason is not None


def rank(waiting: Iterable[Workload]) -> list[Workload]:
    """Priority 10 first, then the order of submission, then the id."""
    return sorted(waiting, key=_rank_key)


def _rank_key(workload: Workload) -> tuple[int, int, str]:
    return (-workload.priority, workload.sequence, workload.id)
