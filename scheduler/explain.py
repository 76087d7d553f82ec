"""Says why a workload waits, in one word and one sentence, from the very state and predicates that the plan used."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from common.reasons import Reason
from scheduler import wording
from scheduler.candidates import Candidates
from scheduler.capacity import Capacity
from scheduler.node_space import NodeSpace
from scheduler.reservation import Hold, Holds
from scheduler.shapes import Shape
from scheduler.tally import Tally, tally
from scheduler.waiting import Waiting
from scheduler.workloads import Demand

Why: TypeAlias = tuple[Reason, str]

_PAUSED = (Reason.PAUSED, "Placing is paused; it goes on when the queue processor is started.")


class Explainer:
    """Explains each shape once, by the nodes as the plan leaves them."""

    __slots__ = ("_by_shape", "_capacity", "_holders", "_holds", "_now", "_tallies")

    def __init__(self, capacity: Capacity, holds: Holds, now: datetime) -> None:
        self._capacity = capacity
        self._holds = holds
        self._now = now
        self._holders = {hold.workload_id for hold in holds.all}
        self._by_shape: dict[Shape, Why] = {}
        self._tallies: dict[Candidates, Tally] = {}

    def why(self, waiting: Waiting) -> Why:
        workload, shape, reason = waiting
        if reason is Reason.PAUSED:
            return _PAUSED
        if reason is Reason.BACKING_OFF and workload.not_before is not None:
            until = wording.moment(workload.not_before)
            return Reason.BACKING_OFF, f"The last attempt failed; it is tried again at {until}."
        if workload.id in self._holders:
            return self._busy(shape, own_hold=workload.id)
        why = self._by_shape.get(shape)
        if why is None:
            why = self._by_shape[shape] = self._why_shape(shape)
        return why

    def _why_shape(self, shape: Shape) -> Why:
        if shape.standing_reason is Reason.TOO_LARGE:
            return Reason.TOO_LARGE, self._too_large(shape)
        if shape.standing_reason is Reason.NO_NODES:
            return Reason.NO_NODES, self._no_nodes(shape)
        hold = first_in_the_way(shape, self._holds)
        if hold is None:
            return self._busy(shape)
        return Reason.BEHIND_RESERVATION, (
            f"{wording.needs(shape.demand)}; the free GPUs that would do are kept for {hold.workload_id}, "
            f"which is ahead of it{wording.until(hold.to_reservation(self._now).start_at)}."
        )

    def _busy(self, shape: Shape, own_hold: str = "") -> Why:
        counts = self._tally(shape.candidates)
        sentence = f"{wording.needs(shape.demand)}; {wording.counts(counts, self._keeps_for(shape, own_hold))}"
        return Reason.GPUS_BUSY, f"{sentence}{self._scattered(shape, counts)}."

    def _scattered(self, shape: Shape, counts: Tally) -> str:
        """Enough GPUs are free, but not together."""
        demand = shape.demand
        if counts.free < demand.gpus * demand.nodes:
            return ""
        fitting = len(shape.candidates.best_fit(demand.gpus, demand.nodes))
        nodes = "no node has" if fitting == 0 else f"only {wording.some(fitting, 'node')} {wording.has(fitting)}"
        return f", but {nodes} {demand.gpus} free"

    def _keeps_for(self, shape: Shape, own_hold: str) -> str:
        holders = {
            hold.workload_id
            for position, hold in self._holds.by_position.items()
            if position in shape.candidates.spaces
        }
        if own_hold in holders:
            return "it"
        return min(holders) if len(holders) == 1 else "others"

    def _too_large(self, shape: Shape) -> str:
        demand, candidates = shape.demand, shape.candidates
        needs = wording.needs(demand)
        if not candidates.spaces:
            return f"{needs}; no node has such a GPU{wording.instead(self._capacity.models)}."
        large_enough = sum(candidates.size(space) >= demand.gpus for space in candidates.spaces.values())
        if large_enough:
            return f"{needs}; only {wording.some(large_enough, 'node')} {wording.has(large_enough)} that many."
        largest = min(candidates.spaces.values(), key=lambda space: (-candidates.size(space), space.position))
        return f"{needs}; the largest node, {largest.view.name}, has {candidates.size(largest)}."

    def _no_nodes(self, shape: Shape) -> str:
        if not self._capacity.spaces:
            return "No node is registered; start a worker on a GPU machine."
        silent = [space.view.name for space in large_enough_but_silent(shape.candidates, shape.demand)]
        return f"{wording.needs(shape.demand)}; {wording.names(silent)} could run it but does not accept work now."

    def _tally(self, candidates: Candidates) -> Tally:
        if candidates not in self._tallies:
            self._tallies[candidates] = tally(candidates)
        return self._tallies[candidates]


def first_in_the_way(shape: Shape, holds: Holds) -> Hold | None:
    """The reservation without which this shape could start now; None when there are too few GPUs anyway."""
    demand, candidates = shape.demand, shape.candidates
    chosen = candidates.best_fit(demand.gpus, demand.nodes)
    kept = [
        position
        for position in sorted(holds.by_position)
        if position in candidates.spaces and _would_fit(candidates, candidates.spaces[position], demand, chosen)
    ]
    return holds.by_position[kept[0]] if kept and len(chosen) + len(kept) >= demand.nodes else None


def large_enough_but_silent(candidates: Candidates, demand: Demand) -> list[NodeSpace]:
    """The nodes that could hold the demand if they accepted work."""
    return [
        space
        for space in candidates.spaces.values()
        if not space.view.accepting and candidates.size(space) >= demand.gpus
    ]


def _would_fit(candidates: Candidates, space: NodeSpace, demand: Demand, chosen: Sequence[NodeSpace]) -> bool:
    return space not in chosen and len(candidates.free_and_kept(space)) >= demand.gpus
