"""Keeps the route table fresh; while it cannot be read, the last one counts on, for a bounded time."""

import asyncio
import math
import time
from collections.abc import Callable

import structlog

from deploy.gateway.errors import routes_unknown
from deploy.gateway.routes.route_table import RouteTable

log = structlog.get_logger()

Source = Callable[[], RouteTable]

# Between two looks for the sake of names that were missed: whoever asks for what is not there must not keep Redis busy.
_AGAIN_SECONDS = 0.1


class LiveRoutes:
    """The newest table that `source` gave. It is called in a thread, so it may wait for Redis."""

    def __init__(self, source: Source, stale_seconds: float, on_change: Callable[[RouteTable], None]) -> None:
        self._source = source
        self._stale_seconds = stale_seconds
        self._on_change = on_change
        self._table = RouteTable()
        self._read_at: float | None = None
        self._is_away = False
        self._looking = asyncio.Lock()
        self._began = -math.inf

    @property
    def is_away(self) -> bool:
        """Whether the last look failed."""
        return self._is_away

    def age_seconds(self) -> float | None:
        """Since the table was read; None before the first time."""
        return None if self._read_at is None else time.monotonic() - self._read_at

    def are_known(self) -> bool:
        age = self.age_seconds()
        return age is not None and (not self._is_away or age <= self._stale_seconds)

    def current(self) -> RouteTable:
        """The table to route by. Raises a Refusal when none was read for too long."""
        if not self.are_known():
            raise routes_unknown()
        return self._table

    async def refresh(self) -> None:
        """Look once; a failure is logged, not raised."""
        async with self._looking:
            await self._look()

    async def catch_up(self) -> None:
        """Look before somebody is told that a name leads nowhere; those who ask meanwhile share the look.

        While the store is away, what is known has to do.
        """
        asked = time.monotonic()
        if self._is_away:
            return
        async with self._looking:
            if self._began < asked:
                await asyncio.sleep(max(0.0, self._began + _AGAIN_SECONDS - time.monotonic()))
                await self._look()

    async def keep_fresh(self, every_seconds: float) -> None:
        """Look for ever."""
        while True:
            await self.refresh()
            await asyncio.sleep(every_seconds)

    async def _look(self) -> None:
        self._began = time.monotonic()
        try:
            table = await asyncio.to_thread(self._source)
        except Exception as exc:  # whatever is wrong with the store, the last table serves on
            if not self._is_away:
                log.warning("routes_not_read", error=str(exc) or type(exc).__name__)
            self._is_away = True
            return
        if self._is_away:
            log.info("routes_read_again")
        self._is_away, self._read_at = False, time.monotonic()
        if table != self._table:
            self._table = table
            self._on_change(table)
