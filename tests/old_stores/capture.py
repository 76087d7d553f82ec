"""What a Redis holds, as lines of JSON: readable, and restored by any server, which a DUMP or an RDB file is not."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import redis

ABOUT_TO_GO_MS = 60_000

# Before stores had versions: jobs, exports and deployments in every state, one of them ended by force, one deleted
# while its node was silent; models, keys, data sets, a drained and a lost node, leases, traffic, the audit.
VERSION_0 = Path(__file__).with_name("version-0.jsonl")


def write_capture(client: redis.Redis, target: Path) -> None:
    """Each key as a line: its type, its value, and how long it still lives if it does not for ever.

    Celery's results are not ours, and what lives a minute at most is not found by any upgrade: both are left out.
    """
    found = sorted(key for key in client.scan_iter("st:*", 1000) if not 0 < client.pttl(key) <= ABOUT_TO_GO_MS)
    lines = [json.dumps(_read(client, key), sort_keys=True) for key in found if client.exists(key)]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


def restore(client: redis.Redis, source: Path) -> None:
    """Write it all into an empty database."""
    for entry in entries(source):
        _write(client, entry["key"], entry["type"], entry["value"])
        if entry["lives_ms"]:
            client.pexpire(entry["key"], entry["lives_ms"])


def entries(source: Path) -> Iterator[dict[str, Any]]:
    """The keys of a capture."""
    for line in source.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def _read(client: redis.Redis, key: str) -> dict[str, Any]:
    kind = client.type(key)
    lives_ms = max(client.pttl(key), 0)
    return {"key": key, "type": kind, "lives_ms": lives_ms, "value": _value(client, key, kind)}


def _value(client: redis.Redis, key: str, kind: str) -> Any:
    match kind:
        case "string":
            return client.get(key)
        case "hash":
            return client.hgetall(key)
        case "list":
            return client.lrange(key, 0, -1)
        case "set":
            return sorted(client.smembers(key))
        case "zset":
            return client.zrange(key, 0, -1, withscores=True)
        case "stream":
            return client.xrange(key)
    raise ValueError(f"{key} is a {kind}")


def _write(client: redis.Redis, key: str, kind: str, value: Any) -> None:
    match kind:
        case "string":
            client.set(key, value)
        case "hash":
            client.hset(key, mapping=value)
        case "list":
            client.rpush(key, *value)
        case "set":
            client.sadd(key, *value)
        case "zset":
            client.zadd(key, dict(value))
        case "stream":
            for entry_id, fields in value:
                client.xadd(key, fields, entry_id)
