"""The ledger of usage: what was passed on, counted in memory and added to the counts in Redis every few seconds."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from common.clock import now, to_ms
from common.errors import ServiceError
from common.store import Store
from common.store.traffic import Traffic, Use
from deploy.gateway.forwarding.exchange import Exchange

log = structlog.get_logger()

FLUSH_SECONDS = 3.0

_Name = TypeVar("_Name")


@dataclass(frozen=True, slots=True)
class Counts:
    """What was not written yet."""

    deployments: dict[str, Traffic] = field(default_factory=dict)
    keys: dict[str, Traffic] = field(default_factory=dict)
    uses: dict[Use, Traffic] = field(default_factory=dict)


class Ledger:
    """Counts per deployment, per key and per model of a key. What a process that is killed had not written is lost."""

    def __init__(self) -> None:
        self._counts = Counts()
        self._write: asyncio.Task[None] | None = None

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
        if exchange.deployment_id:
            _add(self._counts.deployments, exchange.deployment_id, counted)
        if exchange.caller_id:
            _add(self._counts.keys, exchange.caller_id, counted)
        if exchange.caller_id and exchange.is_model_known:
            _add(self._counts.uses, (exchange.caller_id, exchange.model), counted)

    async def flush(self, store: Store) -> None:
        """Write what was counted; keeps it for the next time when Redis is away.

        A write that has begun comes to its end, whoever waits for it leaves: cancelled on its way to a thread it would
        be lost. The next one waits for it.
        """
        if self._write is not None:
            await asyncio.wait([self._write])
        if not self._counts.deployments and not self._counts.keys:
            return
        self._write = asyncio.create_task(self._flush(store))
        await asyncio.shield(self._write)

    async def _flush(self, store: Store) -> None:
        counts, self._counts = self._counts, Counts()
        try:
            await asyncio.to_thread(_write, store, counts)
        except ServiceError as exc:
            log.warning("traffic_not_written", error=exc.message)
            _add_all(self._counts.deployments, counts.deployments)
            _add_all(self._counts.keys, counts.keys)
            _add_all(self._counts.uses, counts.uses)

    async def keep_flushing(self, store: Store) -> None:
        """Flush for ever."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            try:
                await self.flush(store)
            except Exception:
                log.exception("traffic_not_written")


def _add(counts: dict[_Name, Traffic], name: _Name, traffic: Traffic) -> None:
    counts[name] = counts.get(name, Traffic()) + traffic


def _add_all(counts: dict[_Name, Traffic], more: Mapping[_Name, Traffic]) -> None:
    for name, traffic in more.items():
        _add(counts, name, traffic)


def _write(store: Store, counts: Counts) -> None:
    store.traffic.add(counts.deployments, counts.keys, counts.uses)
    try:
        for key_id, traffic in counts.keys.items():
            store.api_keys.note_use(key_id, traffic.last_at_ms)
    except ServiceError as exc:  # the counts are written: they must not be added once more
        log.warning("key_use_not_noted", error=exc.message)
