"""The gateway's app: its routes, and the tasks that run beside it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from typing import Any

from aiohttp import HttpVersion11, web

from common.settings import Settings
from common.store import Store
from deploy.gateway.bodies.media import MediaDoor
from deploy.gateway.bodies.media_fetch import MediaFetcher
from deploy.gateway.callers.callers import make_callers
from deploy.gateway.callers.key_cache import KeyCache
from deploy.gateway.forwarding.balancer import Balancer
from deploy.gateway.forwarding.forward import Forwarder
from deploy.gateway.forwarding.upstream import Upstream
from deploy.gateway.gateway import GATEWAY, Gateway
from deploy.gateway.ledger import Ledger
from deploy.gateway.metrics import GatewayMetrics
from deploy.gateway.models import list_models, show_model
from deploy.gateway.probes import healthz, metrics, readyz
from deploy.gateway.requests import add_headers, with_caller, with_exchange, with_origins
from deploy.gateway.routes.live_routes import LiveRoutes, Source
from deploy.gateway.routes.route_table import RouteTable
from deploy.gateway.under_way import UnderWay

Loop = Callable[[], Coroutine[Any, Any, None]]


def make_app(
    settings: Settings, store: Store, source: Source, upstream: Upstream, fetcher: MediaFetcher
) -> web.Application:
    """A gateway to the replicas that `source` tells of; its background tasks run while the app does."""
    balancer, shown = Balancer(settings.gateway_eject_seconds), GatewayMetrics()

    def take(table: RouteTable) -> None:
        balancer.keep(table.replicas)
        shown.show(table)

    gateway = Gateway(
        settings,
        LiveRoutes(source, settings.gateway_stale_seconds, take),
        make_callers(KeyCache(store.api_keys, settings.gateway_stale_seconds), settings),
        Forwarder(upstream, balancer),
        Ledger(),
        shown,
        MediaDoor(settings.media_urls, settings.gateway_max_body_bytes, fetcher),
    )
    under_way = UnderWay(settings.gateway_grace_seconds, gateway.stopping)
    middlewares = [under_way.middleware(), with_exchange, with_origins, with_caller]
    app = web.Application(middlewares=middlewares)
    app[GATEWAY] = gateway
    app.on_shutdown.append(under_way.end)
    app.on_response_prepare.append(add_headers)
    app.cleanup_ctx.append(_in_background(lambda: gateway.routes.keep_fresh(settings.gateway_refresh_seconds)))
    app.cleanup_ctx.append(
        _in_background(lambda: gateway.ledger.keep_flushing(store), lambda: gateway.ledger.flush(store))
    )
    app.add_routes(
        [
            web.get("/healthz", healthz),
            web.get("/readyz", readyz),
            web.get("/metrics", metrics),
            web.get("/v1/models", list_models),
            web.get("/v1/models/{model:.+}", show_model),
            web.post("/v1/{path:.+}", _pass_on, expect_handler=_expect),
        ]
    )
    return app


async def _expect(request: web.Request) -> None:
    """What a client expects else than to be asked for the body is passed over (RFC 9110, 10.1.1, leaves that to us)."""
    if request.version >= HttpVersion11 and request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # nothing of the answer was sent


async def _pass_on(request: web.Request) -> web.StreamResponse:
    return await request.app[GATEWAY].pass_on(request)


def _in_background(loop: Loop, at_the_end: Loop | None = None) -> Callable[[web.Application], AsyncIterator[None]]:
    async def run(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(loop())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        if at_the_end is not None:
            await at_the_end()

    return run
