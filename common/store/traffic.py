"""Traffic (usage): how much the gateway passed on, in counts per deployment, per API key and per model of a key, which
only grow.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import TypeVar

from common.store import keys
from common.store.connection import RedisClient, translated_errors

KEPT_DAYS = 90
_KEPT_SECONDS = KEPT_DAYS * 24 * 3600
# Of keys and models that were used together; beyond it the one that was not used for longest is not told any more.
USED_MAX = 10_000

# A key's id and the name of a model.
Use = tuple[str, str]
_Name = TypeVar("_Name")


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests and what they cost. `milliseconds` is the sum of their times; an error is a 5xx or a broken answer."""

    requests: int = 0
    errors: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    milliseconds: int = 0
    last_at_ms: int = 0

    def __add__(self, other: "Traffic") -> "Traffic":
        return Traffic(
            self.requests + other.requests,
            self.errors + other.errors,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.milliseconds + other.milliseconds,
            max(self.last_at_ms, other.last_at_ms),
        )


@dataclass(frozen=True, slots=True)
class TrafficStore:
    """The counts in Redis."""

    client: RedisClient

    def add(
        self, deployments: Mapping[str, Traffic], api_keys: Mapping[str, Traffic], uses: Mapping[Use, Traffic]
    ) -> None:
        """Add to the counts of these deployments and keys, and of what the keys asked which model, all or none.

        When the answer of Redis is lost, they may have been added: whoever then adds again counts twice.
        """
        rows = {keys.deployment_traffic(name): traffic for name, traffic in deployments.items()}
        rows |= {keys.key_traffic(name): traffic for name, traffic in api_keys.items()}
        rows |= {keys.model_traffic(*use): traffic for use, traffic in uses.items()}
        with translated_errors(), self.client.pipeline(transaction=True) as pipe:
            for key, traffic in rows.items():
                counts = asdict(traffic)
                pipe.hset(key, "last_at_ms", counts.pop("last_at_ms"))
                for field, count in counts.items():
                    pipe.hincrby(key, field, count)
                pipe.expire(key, _KEPT_SECONDS)
            if uses:
                last = {f"{key_id}/{model}": traffic.last_at_ms for (key_id, model), traffic in uses.items()}
                pipe.zadd(keys.TRAFFIC_USED, last, gt=True)
                pipe.zremrangebyscore(keys.TRAFFIC_USED, "-inf", max(last.values()) - _KEPT_SECONDS * 1000)
                pipe.zremrangebyrank(keys.TRAFFIC_USED, 0, -USED_MAX - 1)
            pipe.execute()

    def of_deployments(self, deployment_ids: Collection[str]) -> dict[str, Traffic]:
        """The counts of each; zero where there was none, or none for long."""
        return self._read({each: keys.deployment_traffic(each) for each in deployment_ids})

    def of_keys(self, key_ids: Collection[str]) -> dict[str, Traffic]:
        """The counts of each; zero where there was none, or none for long."""
        return self._read({each: keys.key_traffic(each) for each in key_ids})

    def uses(self) -> list[Use]:
        """Which key asked which model, as far as it is kept."""
        with translated_errors():
            found = self.client.zrange(keys.TRAFFIC_USED, 0, -1)
        return [(key_id, model) for key_id, _, model in (each.partition("/") for each in found)]

    def of_uses(self, uses: Collection[Use]) -> dict[Use, Traffic]:
        """The counts of each; zero where there was none, or none for long."""
        return self._read({each: keys.model_traffic(*each) for each in uses})

    def _read(self, wanted: Mapping[_Name, str]) -> dict[_Name, Traffic]:
        with translated_errors(), self.client.pipeline(transaction=False) as pipe:
            for key in wanted.values():
                pipe.hgetall(key)
            found = pipe.execute()
        return {
            name: Traffic(**{field: int(value) for field, value in record.items()})
            for name, record in zip(wanted, found, strict=True)
        }
