"""Facts about the store: which one this is, and since when its server runs; whether what was once written may be gone,
or older.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from redis.exceptions import NoPermissionError, ResponseError

from common.clock import from_ms, redis_ms
from common.store import keys
from common.store.connection import RedisClient, translated_errors
from common.store.migrations import VERSION
from common.store.strain import Strain, read_strain

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """`id` names the data: another one when the store was emptied since. `run_id` names the process of the server.

    `started_at` is the second in which that began, by Redis's clock; the epoch where we may not ask. `known_before` are
    the nodes that had been told another store's id, `restored` those that found this one older than it had been, with
    when each said so. `version` is that of its format; 0 before stores had one.
    """

    id: str
    created_at: datetime
    now: datetime
    run_id: str
    started_at: datetime
    known_before: dict[str, datetime]
    restored: dict[str, datetime]
    version: int = VERSION

    def continues(self, earlier: "StoreFacts") -> bool:
        """Whether this is the same server with the same data, that was not started anew since."""
        return (self.id, self.run_id) == (earlier.id, earlier.run_id)


@dataclass(frozen=True, slots=True)
class FactsStore:
    """What is known of the store itself."""

    client: RedisClient

    def read(self) -> StoreFacts:
        """Names the store first when it has no name: it is new then, or was emptied."""
        with translated_errors():
            seconds, microseconds = self.client.time()
            now_ms = redis_ms(seconds, microseconds)
            record = self.client.hgetall(keys.STORE) or self._name(now_ms)
            server = self._server()
        started_s = int(server.get("server_time_usec", 0)) // _MICROSECONDS - int(server.get("uptime_in_seconds", 0))
        return StoreFacts(
            id=record["id"],
            created_at=from_ms(int(record["created_at_ms"])),
            now=from_ms(now_ms),
            run_id=str(server.get("run_id", "")),
            started_at=from_ms(max(0, started_s) * 1000),
            known_before=_said(record, "emptied:"),
            restored=_said(record, "restored:"),
            version=int(record.get("version", 0)),
        )

    def settings(self) -> dict[str, str]:
        """The server's own settings that say whether it keeps what it was told; empty where we may not ask."""
        found: dict[str, str] = {}
        with translated_errors():
            for name in ("maxmemory-policy", "appendonly", "appendfsync"):
                try:
                    found |= self.client.config_get(name)
                except ResponseError:  # forbidden, or renamed by whoever runs it
                    return {}
        return found

    def strain(self) -> Strain:
        """How the server does now, though it takes writes."""
        return read_strain(self.client)

    def say_emptied(self, node: str, now_ms: int) -> None:
        """This node had been told another store's id: what that one held is gone."""
        with translated_errors():
            self.client.hset(keys.STORE, f"emptied:{node}", now_ms)

    def say_restored(self, node: str, now_ms: int) -> None:
        """This node was told more than the store knows: it is an older copy."""
        with translated_errors():
            self.client.hset(keys.STORE, f"restored:{node}", now_ms)

    def version(self) -> int | None:
        """That of the store's format; None where there is no store. Writes nothing."""
        with translated_errors():
            name, version = self.client.hmget(keys.STORE, "id", "version")
            return int(version or 0) if name or version else None

    def _name(self, now_ms: int) -> dict[str, str]:
        with self.client.pipeline() as pipe:
            pipe.hsetnx(keys.STORE, "id", uuid4().hex)
            pipe.hsetnx(keys.STORE, "created_at_ms", now_ms)
            pipe.hsetnx(keys.STORE, "version", VERSION)
            pipe.hgetall(keys.STORE)
            return dict(pipe.execute()[-1])

    def _server(self) -> dict[str, Any]:
        try:
            return dict(self.client.info("server"))
        except NoPermissionError:
            return {}


def _said(record: dict[str, str], prefix: str) -> dict[str, datetime]:
    return {name.removeprefix(prefix): from_ms(int(at)) for name, at in record.items() if name.startswith(prefix)}
