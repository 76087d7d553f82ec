"""Wait for a job to end by asking for it again and again."""

from collections.abc import Callable, Iterator

from client.sdk.clock import Clock
from client.sdk.errors import WaitTimedOut
from client.sdk.outage import OUTAGE_PATIENCE_SECONDS, ride_out
from client.sdk.shapes import FINAL, Job


def wait_until_final(get: Callable[[], Job], clock: Clock, timeout: float | None, poll: float) -> Job:
    """The job in its final state; raises WaitTimedOut when it has none after `timeout` seconds."""
    *_, last = views_until_final(get, clock, timeout, poll)
    return last


def views_until_final(get: Callable[[], Job], clock: Clock, timeout: float | None, poll: float) -> Iterator[Job]:
    """Yield the job every `poll` seconds, the final view last."""
    began = clock.now()
    while True:
        left = _left(began, clock, timeout)
        job = ride_out(get, clock, min(OUTAGE_PATIENCE_SECONDS, left), poll)
        yield job
        if job.get("status") in FINAL:
            return
        left = _left(began, clock, timeout)
        if left <= 0:
            raise WaitTimedOut(f"{job.get('job_id')} is still {job.get('status')} after {timeout:g} s; it goes on", job)
        clock.sleep(min(poll, left))


def _left(began: float, clock: Clock, timeout: float | None) -> float:
    return float("inf") if timeout is None else began + timeout - clock.now()
