"""What was passed on, counted in memory and added to the counts in Redis every few seconds."""

import asyncio

import structlog

from common.clock import now, to_ms
from common.errors import ServiceError
from common.store import Store
from common.store.traffic import Traffic
from deploy.gateway.exchange import Exchange

log = structlog.get_logger()

FLUSH_SECONDS = 3.0


class Ledger:
    """Counts per deployment and per key. What a process that is killed had not written yet is lost."""

    def __init__(self) -> None:
        self._deployments: dict[str, Traffic] = {}
        self._keys: dict[str, Traffic] = {}

    def note(self, exchange: Exchange) -> None:
        """Count a request that has ended."""
        usage = exchange.usage
        counted = Traffic(
            requests=1,
            errors=int(exchange.is_error),
            prompt_tokens=usage.prompt_tokens if usage else 0,
            completion_tokens=usage.completion_tokens if usage else 0,
            milliseconds=round(exchange.seconds() * 1000),
            last_at_ms=to_ms(now()),
        )
        _add(self._deployments, exchange.deployment_id, counted)
        _add(self._keys, exchange.caller_id, counted)

    async def flush(self, store: Store) -> None:
        """Write what was counted; keeps it for the next time when Redis is away."""
        deployments, keys = self._deployments, self._keys
        if not deployments and not keys:
            return
        self._deployments, self._keys = {}, {}
        try:
            await asyncio.to_thread(_write, store, deployments, keys)
        except ServiceError as exc:
            log.warning("traffic_not_written", error=exc.message)
            for name, traffic in deployments.items():
                _add(self._deployments, name, traffic)
            for name, traffic in keys.items():
                _add(self._keys, name, traffic)

    async def keep_flushing(self, store: Store) -> None:
        """Flush for ever."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            try:
                await self.flush(store)
            except Exception:
                log.exception("traffic_not_written")


def _add(counts: dict[str, Traffic], name: str, traffic: Traffic) -> None:
    if name:
        counts[name] = counts.get(name, Traffic()) + traffic


def _write(store: Store, deployments: dict[str, Traffic], keys: dict[str, Traffic]) -> None:
    store.traffic.add(deployments, keys)
    try:
        for key_id, traffic in keys.items():
            store.api_keys.note_use(key_id, traffic.last_at_ms)
    except ServiceError as exc:  # the counts are written: they must not be added once more
        log.warning("key_use_not_noted", error=exc.message)
