"""How much the gateway passed on: counts per deployment and per API key, which only grow."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass

from common import keys
from common.store.connection import RedisClient, translated_errors

KEPT_DAYS = 90
_KEPT_SECONDS = KEPT_DAYS * 24 * 3600


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

    def add(self, deployments: Mapping[str, Traffic], api_keys: Mapping[str, Traffic]) -> None:
        """Add to the counts of these deployments and keys, all or none.

        When the answer of Redis is lost, they may have been added: whoever then adds again counts twice.
        """
        rows = {keys.deployment_traffic(name): traffic for name, traffic in deployments.items()}
        rows |= {keys.key_traffic(name): traffic for name, traffic in api_keys.items()}
        with translated_errors(), self.client.pipeline(transaction=True) as pipe:
            for key, traffic in rows.items():
                counts = asdict(traffic)
                pipe.hset(key, "last_at_ms", counts.pop("last_at_ms"))
                for field, count in counts.items():
                    pipe.hincrby(key, field, count)
                pipe.expire(key, _KEPT_SECONDS)
            pipe.execute()

    def of_deployments(self, deployment_ids: Collection[str]) -> dict[str, Traffic]:
        """The counts of each; zero where there was none, or none for long."""
        return self._read({each: keys.deployment_traffic(each) for each in deployment_ids})

    def of_keys(self, key_ids: Collection[str]) -> dict[str, Traffic]:
        """The counts of each; zero where there was none, or none for long."""
        return self._read({each: keys.key_traffic(each) for each in key_ids})

    def _read(self, wanted: Mapping[str, str]) -> dict[str, Traffic]:
        with translated_errors(), self.client.pipeline(transaction=False) as pipe:
            for key in wanted.values():
                pipe.hgetall(key)
            found = pipe.execute()
        return {
            name: Traffic(**{field: int(value) for field, value in record.items()})
            for name, record in zip(wanted, found, strict=True)
        }
