"""Strain on a Redis that takes writes: how full it is, whether it keeps what it is told, who replicates it."""

from dataclasses import dataclass
from typing import Any

from redis.exceptions import ResponseError

from common.store.connection import RedisClient, translated_errors

NEARLY_FULL = 0.9
LAG_SECONDS = 10

# It goes on taking writes with `stop-writes-on-bgsave-error no`, and while its AOF cannot be rewritten.
_UNSAVED = {
    "rdb_last_bgsave_status": (
        "Redis could not save its data the last time, and goes on: make room on its disk, then let it BGSAVE"
    ),
    "aof_last_write_status": (
        "Redis could not write its append-only file the last time: its disk is full or fails, make room there"
    ),
    "aof_last_bgrewrite_status": (
        "Redis could not rewrite its append-only file, which grows: make room on its disk, then BGREWRITEAOF"
    ),
}


@dataclass(frozen=True, slots=True)
class Strain:
    """Zeros where the server has no bound and no replica, or is not `is_readable`: we may not ask it then.

    `lag_seconds` is the silence of the replica that has been silent for longest; `missing_replicas` are connected and
    not in step, as while they load. `unsaved` names what the server could not write to its disk the last time, in the
    words of its INFO.
    """

    memory_ratio: float = 0.0
    lag_seconds: int = 0
    missing_replicas: int = 0
    is_replica: bool = False
    unsaved: tuple[str, ...] = ()
    is_readable: bool = True

    def troubles(self) -> list[tuple[str, str]]:
        """A word for programs and a sentence for each thing to look at before it stops anything."""
        found = [("redis_fails_to_save", _UNSAVED[name]) for name in self.unsaved]
        if not self.is_readable:
            text = "Redis does not tell how it does: give this service's user the right to INFO (+info)"
            found.append(("redis_not_readable", text))
        if self.is_replica:
            text = "this Redis is a replica, though a writable one: what it is told is lost when its master sends anew"
            found.append(("redis_is_a_replica", text))
        if self.memory_ratio >= NEARLY_FULL:
            text = f"Redis is nearly full: it uses {self.memory_ratio:.0%} of its maxmemory"
            found.append(("redis_nearly_full", text))
        if self.lag_seconds >= LAG_SECONDS:
            text = f"a replica of Redis has been silent for {self.lag_seconds} s: if it took over, that much was lost"
            found.append(("redis_replicas_lag", text))
        if self.missing_replicas:
            text = f"{self.missing_replicas} replicas of Redis are not in step yet: they cannot take over"
            found.append(("redis_replicas_lag", text))
        return found


def read_strain(client: RedisClient) -> Strain:
    """One look. Raises StoreUnavailable."""
    with translated_errors():
        try:
            memory, replication, persistence = (client.info(part) for part in ("memory", "replication", "persistence"))
        except ResponseError:  # forbidden, or renamed by whoever runs it
            return Strain(is_readable=False)
    return strain_of(memory, replication, persistence)


def strain_of(memory: dict[str, Any], replication: dict[str, Any], persistence: dict[str, Any]) -> Strain:
    """What these sections of INFO tell."""
    bound = int(memory.get("maxmemory", 0))
    replicas = [replication.get(f"slave{number}", {}) for number in range(int(replication.get("connected_slaves", 0)))]
    in_step = [replica for replica in replicas if replica.get("state") == "online"]
    return Strain(
        memory_ratio=int(memory.get("used_memory", 0)) / bound if bound else 0.0,
        lag_seconds=max((int(replica.get("lag", 0)) for replica in in_step), default=0),
        missing_replicas=len(replicas) - len(in_step),
        is_replica=replication.get("role", "master") != "master",
        unsaved=tuple(name for name in _UNSAVED if persistence.get(name, "ok") != "ok"),
    )
