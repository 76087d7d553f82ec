"""Requests under way when the gateway stops: they get some time to end, then they are cut off."""

import asyncio

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

log = structlog.get_logger()

# What is cut off may say why.
LAST_WORDS_SECONDS = 2.0


class UnderWay:
    """The tasks of all requests that have not ended. `stopping` is set before those that are left are cancelled."""

    def __init__(self, grace_seconds: float, stopping: asyncio.Event) -> None:
        self._grace_seconds = grace_seconds
        self._stopping = stopping
        self._tasks: set[asyncio.Task[object]] = set()

    def middleware(self) -> Middleware:
        """Keeps count; the outermost of all."""

        @web.middleware
        async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
            task = asyncio.current_task()
            assert task is not None  # noqa: S101 - for the type checker: a handler always runs in one
            self._tasks.add(task)
            try:
                return await handler(request)
            finally:
                self._tasks.discard(task)

        return count

    async def end(self, _app: web.Application) -> None:
        """Wait for them, no longer than the grace time; comes after the sockets stopped listening."""
        if not self._tasks:
            return
        log.info("waits_for_answers", count=len(self._tasks), grace_seconds=self._grace_seconds)
        _, late = await asyncio.wait(set(self._tasks), timeout=self._grace_seconds)
        if not late:
            return
        log.warning("answers_cut_off", count=len(late))
        self._stopping.set()
        for task in late:
            task.cancel()
        await asyncio.wait(late, timeout=LAST_WORDS_SECONDS)
