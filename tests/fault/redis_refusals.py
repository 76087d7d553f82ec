"""Ways in which a Redis that is up does not take what it is given, and how each ends."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import redis

from client.stack.embedded_redis import EmbeddedRedis


@dataclass(frozen=True, slots=True)
class Refusal:
    """`code` is what the API says of it."""

    name: str
    code: str
    begin: Callable[[redis.Redis], object]
    end: Callable[[redis.Redis], object]

    def __str__(self) -> str:
        return self.name


FULL = Refusal(
    "full", "store_full", lambda r: r.config_set("maxmemory", "1mb"), lambda r: r.config_set("maxmemory", "0")
)
DEMOTED = Refusal(
    "demoted", "store_unavailable", lambda r: r.replicaof("127.0.0.1", "1"), lambda r: r.replicaof("NO", "ONE")
)
WITHOUT_REPLICAS = Refusal(
    "without_replicas",
    "store_unavailable",
    lambda r: r.config_set("min-replicas-to-write", "1"),
    lambda r: r.config_set("min-replicas-to-write", "0"),
)


def _cut_off(client: redis.Redis) -> None:
    client.config_set("replica-serve-stale-data", "no")
    client.replicaof("127.0.0.1", "1")


def _rejoin(client: redis.Redis) -> None:
    client.replicaof("NO", "ONE")
    client.config_set("replica-serve-stale-data", "yes")


CUT_OFF = Refusal("cut_off_from_its_master", "store_unavailable", _cut_off, _rejoin)

REFUSALS = (FULL, DEMOTED, WITHOUT_REPLICAS, CUT_OFF)


@contextmanager
def refusing(client: redis.Redis, refusal: Refusal) -> Iterator[None]:
    refusal.begin(client)
    try:
        yield
    finally:
        refusal.end(client)


@contextmanager
def hanging(server: EmbeddedRedis) -> Iterator[None]:
    """It is there and says nothing."""
    assert server.pid is not None
    os.kill(server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.pid, signal.SIGCONT)
