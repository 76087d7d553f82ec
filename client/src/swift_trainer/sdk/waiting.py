"""Wait for something: the service holds its answer back until there is news, which costs no request meanwhile."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from swift_trainer.sdk.errors import WaitTimedOut
from swift_trainer.sdk.outage import OUTAGE_PATIENCE_SECONDS, ride_out
from swift_trainer.sdk.shapes import Deployment, Job
from swift_trainer.sdk.transport import Clock, Look

# Below what proxies cut as idle, which is a minute in most.
LONG_POLL_SECONDS = 30.0

View = TypeVar("View", Job, Deployment)


def views_until(
    is_settled: Callable[[View], bool],
    look: Callable[[float, str], Look],
    clock: Clock,
    timeout: float | None,
    poll: float,
) -> Iterator[View]:
    """Yield what `look` sees whenever it changes, the first settled view last.

    Raises WaitTimedOut when there was none in `timeout` seconds. A service that does not hold its answers back is asked
    every `poll` seconds.
    """
    began = clock.now()
    mark = ""
    view: View
    while True:
        left = _left(began, clock, timeout)
        asked, seconds = clock.now(), min(LONG_POLL_SECONDS, left) if mark else 0.0
        seen = ride_out(partial(look, seconds, mark), clock, min(OUTAGE_PATIENCE_SECONDS, left), poll)
        if seen.view is not None:
            view = seen.view
            yield view
            if is_settled(view):
                return
        left = _left(began, clock, timeout)
        if left <= 0:
            text = f"{view.get('job_id')} is still {view.get('status')} after {timeout:g} s; it goes on"
            raise WaitTimedOut(text, view)
        is_news = seen.view is not None and seen.mark
        clock.sleep(min(pause(seen, 0.0 if is_news else poll - (clock.now() - asked)), left))
        mark = seen.mark


def pause(seen: Look, otherwise: float) -> float:
    """How many seconds to leave before the next look."""
    return max(0.0, otherwise if seen.again_after is None else seen.again_after)


def _left(began: float, clock: Clock, timeout: float | None) -> float:
    return float("inf") if timeout is None else began + timeout - clock.now()
