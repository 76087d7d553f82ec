"""Counts the GPUs that one kind of demand may use, by what stands in the way."""

from dataclasses import dataclass

from scheduler.plan.candidates import Candidates


@dataclass(frozen=True, slots=True)
class Tally:
    """GPUs on nodes that accept work."""

    total: int
    free: int
    kept: int
    leased: int
    strangers: int
    unhealthy: int


def tally(candidates: Candidates) -> Tally:
    """Every suitable GPU of every accepting node is counted in exactly one column."""
    total = free = kept = strangers = usable = 0
    for space in candidates.spaces.values():
        if not space.view.accepting:
            continue
        total += candidates.size(space)
        suited = candidates.usable(space)
        usable += len(suited)
        free += sum(gpu.uuid in space.free for gpu in suited)
        kept += sum(gpu.uuid in space.kept for gpu in suited)
        strangers += sum(gpu.uuid in space.strangers for gpu in suited)
    return Tally(total, free, kept, usable - free - kept - strangers, strangers, total - usable)
