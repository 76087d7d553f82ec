"""Serving, and a graceful shutdown: listens until it is told to stop; then takes nothing new, and gives answers under
way some time to end.
"""

import asyncio
import logging
import signal

import structlog
from aiohttp import web
from aiohttp.abc import AbstractResolver
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.log import server_logger

from common.settings import Settings
from common.store import Store
from deploy.gateway.app import make_app
from deploy.gateway.bodies.media_fetch import open_media_fetcher
from deploy.gateway.forwarding.upstream import open_upstream
from deploy.gateway.routes.live_routes import Source

log = structlog.get_logger()

BACKLOG = 1024
# What is cut off at the end of the grace time has so long to close its connections.
CLOSE_SECONDS = 1.0


async def serve(settings: Settings, store: Store, source: Source, media_names: AbstractResolver | None = None) -> None:
    """Run until TERM or INT. Raises OSError when it cannot listen where the settings say.

    `media_names` resolves the names of what requests want fetched; without it, this machine does, public ones only.
    """
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with (
        open_upstream(settings.gateway_connect_seconds) as upstream,
        open_media_fetcher(media_names) as fetcher,
    ):
        runner = make_runner(make_app(settings, store, source, upstream, fetcher))
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.gateway_host, settings.gateway_port, backlog=BACKLOG).start()
            log.info("gateway_listens", host=settings.gateway_host, port=settings.gateway_port)
            await stopped.wait()
            log.info("gateway_stops")
        finally:
            await runner.cleanup()


def make_runner(app: web.Application) -> web.AppRunner:
    """Runs the app so that a client that leaves ends its request, and with that the one at the replica."""
    server_logger.addFilter(_without_what_was_sent)
    return web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=CLOSE_SECONDS)


def _without_what_was_sent(record: logging.LogRecord) -> bool:
    """A request that is no HTTP is logged by aiohttp with the line that is wrong: it may hold a key."""
    exc = record.exc_info[1] if record.exc_info else None
    if isinstance(exc, HttpProcessingError):
        log.info("request_is_no_http", error=type(exc).__name__)
        return False
    return True
