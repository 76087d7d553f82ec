"""Ride out an outage, such as a restart of the service: what watches a job for hours must not end because the API was
away a minute.
"""

from collections.abc import Callable
from typing import TypeVar

from swift_trainer.sdk.errors import ApiError, ConnectionFailed
from swift_trainer.sdk.retry import TRANSIENT_STATUSES
from swift_trainer.sdk.transport import Clock

OUTAGE_PATIENCE_SECONDS = 300.0

T = TypeVar("T")


def ride_out(call: Callable[[], T], clock: Clock, patience: float, poll: float) -> T:
    """What `call` answers, asked again every `poll` seconds while the service is away, for `patience` seconds at most.

    The last failure is raised when the patience ends.
    """
    began = clock.now()
    while True:
        try:
            return call()
        except (ConnectionFailed, ApiError) as exc:
            if not _may_pass(exc) or clock.now() - began + poll > patience:
                raise
        clock.sleep(poll)


def _may_pass(exc: ConnectionFailed | ApiError) -> bool:
    return isinstance(exc, ConnectionFailed) or exc.status in TRANSIENT_STATUSES
