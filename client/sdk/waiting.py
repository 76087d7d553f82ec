"""Wait for something by asking for it again and again."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from client.sdk.clock import Clock
from client.sdk.errors import WaitTimedOut
from client.sdk.outage import OUTAGE_PATIENCE_SECONDS, ride_out
from client.sdk.shapes import Deployment, Job

View = TypeVar("View", Job, Deployment)


def views_until(
    is_settled: Callable[[View], bool], get: Callable[[], View], clock: Clock, timeout: float | None, poll: float
) -> Iterator[View]:
    """Yield what `get` answers every `poll` seconds, the first settled view last.

    Raises WaitTimedOut when there was none in `timeout` seconds.
    """
    began = clock.now()
    while True:
        left = _left(began, clock, timeout)
        view = ride_out(get, clock, min(OUTAGE_PATIENCE_SECONDS, left), poll)
        yield view
        if is_settled(view):
            return
        left = _left(began, clock, timeout)
        if left <= 0:
            text = f"{view.get('job_id')} is still {view.get('status')} after {timeout:g} s; it goes on"
            raise WaitTimedOut(text, view)
        clock.sleep(min(poll, left))


def _left(began: float, clock: Clock, timeout: float | None) -> float:
    return float("inf") if timeout is None else began + timeout - clock.now()
