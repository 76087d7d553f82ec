"""The rate limit of failed authentication: how many wrong keys one address may send. Each gateway process counts by
itself, in memory.
"""

import time

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from deploy.gateway.errors import too_many_wrong_keys


class FailedAuth:
    """Requests of one address whose key was missing or wrong; an empty limit is none."""

    def __init__(self, limit: str) -> None:
        self._limit = parse(limit) if limit else None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def refuse_if_too_many(self, address: str) -> None:
        """Raises a Refusal once the address failed too often, whatever it sends now: a right guess must not show."""
        if self._limit is not None and not self._limiter.test(self._limit, address):
            self._refuse(address)

    def count(self, address: str) -> None:
        """One more failure; raises a Refusal when it is one too many."""
        if self._limit is not None and not self._limiter.hit(self._limit, address):
            self._refuse(address)

    def _refuse(self, address: str) -> None:
        assert self._limit is not None  # noqa: S101 - for the type checker
        reset_at = self._limiter.get_window_stats(self._limit, address).reset_time
        raise too_many_wrong_keys(max(1, int(reset_at - time.time()) + 1))
