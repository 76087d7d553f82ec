"""When the ranks have to end, and why; pure, so that every rule can be tested without a process or a clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from workers.runner.records import EXITED, REASON_TIME_LIMIT, STOPPED, StopRequest
from workers.runner.spec import RunnerSpec

# A rank that ends well while others go on usually means that these hang in a collective operation.
LINGER_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class RankEnd:
    """A rank ended with this exit code (negative: by that signal) at this time of the monotonic clock."""

    rank: int
    code: int
    at: float


@dataclass(frozen=True, slots=True)
class Ending:
    """The ranks that still run get TERM now and KILL at `kill_at` of the monotonic clock."""

    outcome: str
    kill_at: float
    reason: str = ""
    error: str = ""


def why_end(
    spec: RunnerSpec, ended: Sequence[RankEnd], stop: StopRequest | None, started: float, now: float
) -> Ending | None:
    """The first cause to end the ranks that still run: a wish, the time limit, a failed rank, a straggler."""
    if stop is not None:
        return Ending(STOPPED, now + stop.grace_seconds, stop.reason)
    if spec.time_limit_seconds is not None and now >= started + spec.time_limit_seconds:
        return Ending(STOPPED, now + spec.grace_seconds, REASON_TIME_LIMIT)
    failure = first_failure(ended)
    if failure is not None:
        return Ending(EXITED, now + spec.grace_seconds)
    if ended and now >= ended[0].at + LINGER_SECONDS:
        error = f"other ranks still ran {LINGER_SECONDS:.0f} s after rank {ended[0].rank} had ended"
        return Ending(EXITED, now + spec.grace_seconds, error=error)
    return None


def hurry(ending: Ending, stop: StopRequest, now: float) -> Ending:
    """A wish that comes while the ranks are ending can shorten their grace; the first cause stays."""
    return replace(ending, kill_at=min(ending.kill_at, now + stop.grace_seconds))


def first_failure(ended: Sequence[RankEnd]) -> RankEnd | None:
    """The failure that came first: the others are often only its consequences. `ended` is in order of time."""
    return next((end for end in ended if end.code != 0), None)
