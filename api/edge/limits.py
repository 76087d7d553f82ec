"""Rate limits: how often one key, or one address, may ask. Counted in Redis for all processes; in memory while it is
away.
"""

import time
from collections.abc import Callable
from typing import Any

import redis
from flask import Flask, Response, abort, g, request
from flask_limiter import ApplicationLimit, Limiter
from limits import RateLimitItem, parse
from limits.errors import StorageError

from api.edge.principal import principal
from common.access.principals import LOCAL
from common.settings import GUESSABLE_BELOW, Settings

PREFIX = "st:limits"
# A limit must not cost more than the request: a Redis that hangs is given up on soon, and asked again later.
_TIMEOUT_SECONDS = 0.5
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})


def make_limiter(settings: Settings) -> Limiter:
    """The limits of this app; `register_limits` puts them in place."""
    pool = redis.ConnectionPool.from_url(
        settings.redis_url(settings.redis_db),
        password=settings.redis_password.reveal() or None,
        socket_timeout=_TIMEOUT_SECONDS,
        socket_connect_timeout=_TIMEOUT_SECONDS,
    )
    options: dict[str, Any] = {"connection_pool": pool, "key_prefix": PREFIX}
    return Limiter(
        _who,
        application_limits=_application_limits(settings.rate_limit),
        # The address is the pool's: an URL with a socket is spelt differently there.
        storage_uri="redis://",
        storage_options=options,
        strategy="moving-window",
        in_memory_fallback_enabled=True,
        swallow_errors=True,
    )


def register_limits(app: Flask, limiter: Limiter, settings: Settings) -> None:
    """Answer 429 past the limit; comes after `register_auth`, which knows who asks."""

    @limiter.request_filter
    def is_exempt() -> bool:
        found = principal()
        is_open = request.path in _PROBES or request.method == "OPTIONS"  # a preflight, which no script asks for
        return is_open or found is LOCAL or (found is None and not settings.api_key)

    limiter.init_app(app)

    @app.after_request
    def tell_when(response: Response) -> Response:
        if response.status_code == 429:
            _tell_when(response, limiter)
        return response


class FailedAuth:
    """Requests of one address that guess at an API_KEY short enough to be guessed.

    It keeps out also who has the right one and shares the address, which a longer one need not cost anybody.
    """

    def __init__(self, limiter: Limiter, settings: Settings) -> None:
        self._limiter = limiter
        text = settings.rate_limit_failed_auth if len(settings.api_key) < GUESSABLE_BELOW else ""
        self._limit: RateLimitItem | None = parse(text) if text else None

    def refuse_if_too_many(self) -> None:
        """429 once the address has failed too often, whatever it sends now: a right guess must not show."""
        if self._limit is not None and not self._ask("test", self._limit):
            self._refuse(self._limit)

    def count(self) -> None:
        """One more failure; 429 when it is one too many."""
        if self._limit is not None and not self._ask("hit", self._limit):
            self._refuse(self._limit)

    def _ask(self, verb: str, limit: RateLimitItem) -> bool:
        try:
            return bool(getattr(self._limiter.limiter, verb)(limit, "failed_auth", _address()))
        except (redis.RedisError, StorageError):  # a key cannot be checked without Redis either, or it is API_KEY
            return True

    def _refuse(self, limit: RateLimitItem) -> None:
        window = self._limiter.limiter.get_window_stats(limit, "failed_auth", _address())
        g.breached = (limit.amount, window.remaining, window.reset_time)
        abort(429, description="this address sent too many wrong keys; wait, then send the right one")


def _application_limits(limit: str) -> list[str | Callable[[], str] | ApplicationLimit]:
    if not limit:
        return []
    text = f"a key may make {limit} requests (RATE_LIMIT); wait as long as Retry-After says"
    return [ApplicationLimit(limit, error_message=text, deduct_when=_counts)]


def _counts(response: Response) -> bool:
    """Whoever waits asks nothing of the service meanwhile: followers leave a key's limit to its other requests."""
    return not g.get("waited") and response.mimetype != "text/event-stream"


def _tell_when(response: Response, limiter: Limiter) -> None:
    breached = g.get("breached")
    if breached is None and (current := limiter.current_limit) is not None:
        breached = (current.limit.amount, current.remaining, current.reset_at)
    if breached is None:
        return
    amount, remaining, reset_at = breached
    seconds = max(1, int(reset_at - time.time()) + 1)
    response.headers["Retry-After"] = str(seconds)
    response.headers["RateLimit-Limit"] = str(amount)
    response.headers["RateLimit-Remaining"] = str(max(0, remaining))
    response.headers["RateLimit-Reset"] = str(seconds)


def _who() -> str:
    found = principal()
    return found.id if found else f"address:{_address()}"


def _address() -> str:
    return request.remote_addr or "unix"
