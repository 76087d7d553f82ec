"""Estimates of when waiting workloads may start: the measured ends of running work, played forward in queue order."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from common.reasons import Reason
from scheduler.plan.capacity import Capacity
from scheduler.plan.reservation import Hold, Holds
from scheduler.plan.shapes import Waiting, expected_length
from scheduler.plan.timeline import Timeline
from scheduler.plan.workloads import StartRange

MAX_ESTIMATED = 100

Start = tuple[StartRange | None, str]

_NOT_TRIED = {
    Reason.PAUSED: "Placing is paused.",
    Reason.NODES_UNHEARD: "It goes on as soon as the nodes have spoken.",
    Reason.BACKING_OFF: "It is not tried before its back-off ends.",
    Reason.TOO_LARGE: "It cannot start on the nodes there are.",
    Reason.PORT_BUSY: "Nobody knows when the server that has its port ends.",
    Reason.NO_NODES: "No node that could run it accepts work.",
}
_NOTHING_MEASURED = "No running job has reported its remaining time yet."
_UNKNOWN_END = "The work it waits for has not reported its remaining time yet."
_UNKNOWN_LENGTH = "Nobody knows how long a workload ahead of it will run."
_TOO_FAR_BACK = f"Only the first {MAX_ESTIMATED} that wait are estimated."
_BY_RUNNING = "By the measured remaining time of running work."
_BY_RUNNING_AND_AHEAD = "By the measured remaining time of running work and the expected length of what is ahead."


class Starts:
    """The expected starts of one pass."""

    __slots__ = ("_by_id",)

    def __init__(self, by_id: dict[str, Start]) -> None:
        self._by_id = by_id

    def of(self, waiting: Waiting, position: int) -> Start:
        """The range and what it rests on; no range where that would be a guess."""
        if waiting.reason is not None:
            return None, _NOT_TRIED[waiting.reason]
        return self._by_id.get(waiting.workload.id, (None, _TOO_FAR_BACK))


def estimate_starts(left: Sequence[Waiting], capacity: Capacity, holds: Holds, now: datetime) -> Starts:
    """Estimate the first of the queue.

    The earliest start is the one if everything ahead ended as soon as it starts, the latest the one if everything
    ahead runs as long as expected. Neither uses anything that was not measured.
    """
    measured = any(seconds < math.inf for space in capacity.spaces for seconds in space.waits.values())
    reserved = {hold.workload_id: hold for hold in holds.all}
    soon, late = Timeline(), Timeline()
    by_id: dict[str, Start] = {}
    for waiting in islice((one for one in left if one.reason is None), MAX_ESTIMATED):
        hold = reserved.get(waiting.workload.id)
        earliest = _turn(soon, waiting, hold, 0.0)
        latest = _turn(late, waiting, hold, expected_length(waiting.workload.expected_seconds))
        by_id[waiting.workload.id] = _start(earliest, latest, measured, now, is_reserved=hold is not None)
    return Starts(by_id)


def _turn(timeline: Timeline, waiting: Waiting, hold: Hold | None, length: float) -> float:
    if hold is None:
        return timeline.start(waiting.shape, length)
    timeline.occupy(hold, length)
    return hold.start_seconds


def _start(earliest: float, latest: float, measured: bool, now: datetime, is_reserved: bool) -> Start:
    if not measured:
        return None, _NOTHING_MEASURED
    if math.isinf(earliest):
        return None, _UNKNOWN_END
    if math.isinf(latest):
        return None, _UNKNOWN_LENGTH
    # Filling in greedily, shorter work ahead can, rarely, mean a later start.
    first, last = sorted((earliest, latest))
    basis = _BY_RUNNING if is_reserved else _BY_RUNNING_AND_AHEAD
    return (now + timedelta(seconds=first), now + timedelta(seconds=last)), basis
