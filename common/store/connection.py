"""Connections to Redis, and the one place where its errors become ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import redis
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import BusyLoadingError, RedisError, ResponseError
from redis.retry import Retry

from common.errors import StoreFull, StoreUnavailable
from common.settings import Settings

TIMEOUT_SECONDS = 5

# redis-py types every answer as `bytes | str | None`, though ours are always decoded: checked by use, not by type.
RedisClient = Any


def connect(settings: Settings, db: int | None = None) -> RedisClient:
    """A client with time-outs on every socket; texts keep bytes that are not UTF-8 (a training log may hold any).

    It does not repeat commands on its own beyond one quick reconnect: callers know what is safe to repeat.
    """
    return redis.Redis.from_url(
        settings.redis_url(settings.redis_db if db is None else db),
        password=settings.redis_password or None,
        decode_responses=True,
        encoding_errors="surrogateescape",
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        health_check_interval=25,
        retry=Retry(ExponentialWithJitterBackoff(cap=0.2, base=0.05), 1),
        **({} if settings.redis_socket else {"socket_keepalive": True}),
    )


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise StoreUnavailable or StoreFull in place of redis-py's errors."""
    try:
        yield
    except (redis.ConnectionError, redis.TimeoutError, BusyLoadingError) as exc:
        raise StoreUnavailable("Redis does not answer; nothing was lost, try again in a moment") from exc
    except ResponseError as exc:
        if str(exc).startswith(("OOM", "MISCONF")):
            raise StoreFull("Redis refuses writes: its memory or disk is full") from exc
        if str(exc).startswith(("READONLY", "LOADING", "MASTERDOWN", "CLUSTERDOWN")):
            raise StoreUnavailable("Redis does not take writes now, try again in a moment") from exc
        raise
    except RedisError as exc:
        raise StoreUnavailable(f"Redis failed: {type(exc).__name__}") from exc
