"""Explains why a workload waits, in a word and a sentence, from the very state and predicates that the plan used."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from common.reasons import Reason
from scheduler.plan import wording
from scheduler.plan.capacity import Capacity
from scheduler.plan.nodes import Candidates
from scheduler.plan.reservation import Hold, Holds
from scheduler.plan.shapes import Shape, Waiting
from scheduler.plan.sharing import holder_of_room, most_left
from scheduler.plan.wording import Tally, tally
from scheduler.plan.workloads import NO_PORT, Demand, NodeView, demand_key

Why: TypeAlias = tuple[Reason, str]

_PAUSED = (Reason.PAUSED, "Placing is paused; it goes on when the queue processor is started.")
_NOBODY = (Reason.NO_NODES, "No node is registered; start a worker on a GPU machine.")


class Explainer:
    """Explains by the nodes as the plan leaves them: the facts once per shape, the words once per demand."""

    __slots__ = ("_by_demand", "_capacity", "_facts", "_holders", "_holds", "_now", "_tallies", "_unheard")

    def __init__(self, capacity: Capacity, holds: Holds, now: datetime, unheard: Sequence[str] = ()) -> None:
        self._capacity = capacity
        self._holds = holds
        self._now = now
        self._unheard = wording.unheard(unheard)
        self._holders = {hold.workload_id for hold in holds.all}
        self._by_demand: dict[tuple[object, ...], Why] = {}
        self._facts: dict[Shape, Why] = {}
        self._tallies: dict[Candidates, Tally] = {}

    def why(self, waiting: Waiting) -> Why:
        """What keeps it, and which nodes have refused it."""
        reason, message = self._why(waiting)
        refusals = waiting.workload.refusals
        return (reason, f"{message} Refused by {refusals}.") if refusals else (reason, message)

    def _why(self, waiting: Waiting) -> Why:
        workload, shape, reason = waiting
        if reason is Reason.PAUSED:
            return _PAUSED
        if reason is Reason.NODES_UNHEARD:
            return Reason.NODES_UNHEARD, self._unheard
        if reason is Reason.PORT_BUSY:
            return self._port_busy(workload.demand)
        if reason is Reason.BACKING_OFF and workload.not_before is not None:
            until = wording.moment(workload.not_before)
            return Reason.BACKING_OFF, f"The last attempt failed; it is tried again at {until}."
        if workload.id in self._holders:
            return Reason.GPUS_BUSY, f"{wording.needs(workload.demand)}; {self._busy(shape, workload.id)}."
        key: tuple[object, ...] = demand_key(workload)
        return self._by_demand.get(key) or self._word(workload.demand, shape)

    def _word(self, demand: Demand, shape: Shape) -> Why:
        if not self._capacity.spaces:
            return _NOBODY
        if shape not in self._facts:
            self._facts[shape] = self._find_facts(shape)
        reason, facts = self._facts[shape]
        if demand.node_names and not self._capacity.knows_any(demand.node_names):
            facts = f"there is no node {wording.names(sorted(demand.node_names))}"
        elif missing := self._capacity.lacks(demand.packages):
            facts = wording.no_node_with(missing)
        why = self._by_demand[demand] = (reason, f"{wording.needs(demand)}; {facts}.")
        return why

    def _find_facts(self, shape: Shape) -> Why:
        if shape.standing_reason is Reason.TOO_LARGE:
            return Reason.TOO_LARGE, self._too_large(shape)
        if shape.standing_reason is Reason.NO_NODES:
            names = wording.names([wording.unready(view) for view in _not_accepting(shape)])
            return Reason.NO_NODES, f"{names} could run it but does not accept work now"
        hold = first_in_the_way(shape, self._holds)
        if hold is None:
            return Reason.GPUS_BUSY, self._busy(shape)
        until = wording.until(hold.to_reservation(self._now).start_at)
        kept = f"the free GPUs that would do are kept for {hold.workload_id}, which is ahead of it{until}"
        return Reason.BEHIND_RESERVATION, kept

    def _port_busy(self, demand: Demand) -> Why:
        if demand not in self._by_demand:
            without_port = self._capacity.candidates(demand._replace(port=NO_PORT))
            facts = wording.port_busy(demand.port, without_port.spaces.values())
            self._by_demand[demand] = (Reason.PORT_BUSY, f"{wording.needs(demand)}; {facts}.")
        return self._by_demand[demand]

    def _busy(self, shape: Shape, own_id: str = "") -> str:
        if shape.candidates not in self._tallies:
            self._tallies[shape.candidates] = tally(shape.candidates)
        counts = self._tallies[shape.candidates]
        facts = wording.counts(counts, self._keeps_for(shape, own_id)) + _scattered(shape, counts)
        left = most_left(shape) if shape.share_mib else None
        return facts if left is None else facts + wording.left_of_shared(left)

    def _keeps_for(self, shape: Shape, own_id: str) -> str:
        positions = self._holds.by_position.keys() & shape.candidates.spaces.keys()
        holders = {self._holds.by_position[position].workload_id for position in positions}
        if own_id in holders:
            return "it" if len(holders) == 1 else "it and others"
        return min(holders) if len(holders) == 1 else "others"

    def _too_large(self, shape: Shape) -> str:
        candidates = shape.candidates
        if not candidates.spaces:
            return f"no node has such a GPU{wording.instead(self._capacity.models)}"
        large_enough = sum(candidates.size(space) >= shape.gpus for space in candidates.spaces.values())
        if large_enough:
            return f"only {wording.some(large_enough, 'node')} {wording.has(large_enough)} that many"
        largest = min(candidates.spaces.values(), key=lambda space: (-candidates.size(space), space.position))
        return f"the largest node, {largest.view.name}, has {candidates.size(largest)}"


def first_in_the_way(shape: Shape, holds: Holds) -> Hold | None:
    """The reservation without which this shape could start now; None when there are too few GPUs anyway."""
    if shape.share_mib and (hold := holder_of_room(shape, holds)):
        return hold
    chosen = shape.candidates.best_fit(shape.gpus, shape.nodes)
    positions = [offer.position for offer in holds.offers(shape, chosen)]
    if not positions or len(chosen) + len(positions) < shape.nodes:
        return None
    return holds.by_position[min(positions)]


def _scattered(shape: Shape, counts: Tally) -> str:
    """Enough GPUs are free, but not together."""
    if counts.free < shape.gpus * shape.nodes:
        return ""
    fitting = len(shape.candidates.best_fit(shape.gpus, shape.nodes))
    nodes = "no node has" if fitting == 0 else f"only {wording.some(fitting, 'node')} {wording.has(fitting)}"
    return f", but {nodes} {shape.gpus} free"


def _not_accepting(shape: Shape) -> list[NodeView]:
    """The nodes that could hold the shape if they accepted work."""
    return [
        space.view
        for space in shape.candidates.spaces.values()
        if not space.view.accepting and shape.candidates.size(space) >= shape.gpus
    ]
