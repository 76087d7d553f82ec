"""Connections to Redis, and the one place where its errors become ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import redis
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from common.settings import Settings
from common.store.refusals import as_ours, is_our_mistake


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one answer of Redis may take, and after which errors a command is tried once more."""

    seconds: float
    repeated_after: tuple[type[RedisError], ...] = ()


# Of those with nobody waiting: they would rather get through.
PATIENT = Patience(5, (redis.ConnectionError, redis.TimeoutError))
# Of whoever answers a request: a server that hangs is not waited for twice.
OF_A_REQUEST = Patience(3, (redis.ConnectionError,))
# Of a probe: its own caller gives up after few seconds, and then knows nothing.
OF_A_PROBE = Patience(1.5)

# redis-py types every answer as `bytes | str | None`, though ours are always decoded: checked by use, not by type.
RedisClient = Any


def connect(settings: Settings, db: int | None = None, patience: Patience = PATIENT) -> RedisClient:
    """A client with time-outs on every socket; texts keep bytes that are not UTF-8 (a training log may hold any).

    It does not repeat commands on its own beyond what `patience` says: callers know what is safe to repeat.
    """
    retry = Retry(ExponentialWithJitterBackoff(cap=0.2, base=0.05), 1, patience.repeated_after)
    return redis.Redis.from_url(
        settings.redis_url(settings.redis_db if db is None else db),
        password=settings.redis_password.reveal() or None,
        decode_responses=True,
        encoding_errors="surrogateescape",
        socket_timeout=patience.seconds,
        socket_connect_timeout=patience.seconds,
        health_check_interval=25,
        retry=retry,
        **({} if settings.redis_socket else {"socket_keepalive": True}),
    )


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise StoreUnavailable or StoreFull in place of redis-py's errors; a mistake of ours stays what it is."""
    try:
        yield
    except redis.RedisError as exc:
        if is_our_mistake(exc):
            raise
        raise as_ours(exc) from exc
