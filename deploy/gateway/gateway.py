"""The parts of a running gateway, and what happens to one request for a model."""

import asyncio
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from common.settings import Settings
from deploy.gateway.bodies.asked import path_to_pass_on, read_asked, read_body
from deploy.gateway.bodies.media import MediaDoor
from deploy.gateway.callers.callers import Callers
from deploy.gateway.errors import model_not_found, no_healthy_replica
from deploy.gateway.forwarding.exchange import EXCHANGE, Exchange
from deploy.gateway.forwarding.forward import Forwarder
from deploy.gateway.forwarding.relay import Relay
from deploy.gateway.forwarding.upstream import Call
from deploy.gateway.ledger import Ledger
from deploy.gateway.metrics import GatewayMetrics
from deploy.gateway.routes.live_routes import LiveRoutes
from deploy.routes import Replica


@dataclass(frozen=True, slots=True)
class Gateway:
    """What handlers need."""

    settings: Settings
    routes: LiveRoutes
    callers: Callers
    forwarder: Forwarder
    ledger: Ledger
    metrics: GatewayMetrics
    media: MediaDoor
    # Set when what is still under way is ended, as the gateway stops.
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def pass_on(self, request: web.Request) -> web.StreamResponse:
        """Have a replica of the model that the body names answer. Raises a Refusal."""
        path = path_to_pass_on(request)
        body = await read_body(request, self.settings.gateway_max_body_bytes, self.settings.gateway_idle_seconds)
        exchange = request[EXCHANGE]
        asked = read_asked(request, body)
        exchange.model = asked.model
        replicas = await self._replicas_of(exchange)
        body = await self.media.admit(body)
        call = Call(path, request.headers, body, exchange.request_id)
        deadline = asyncio.timeout(self.settings.gateway_first_byte_seconds)
        relay = Relay(request, exchange, deadline, self.settings.gateway_idle_seconds, asked.streams)
        try:
            async with deadline, self.forwarder.answer(replicas, call, exchange) as answer:
                return await relay.pass_on(answer)
        except (TimeoutError, aiohttp.ClientError) as exc:
            return await relay.end_early(exc)
        except asyncio.CancelledError as exc:
            task = asyncio.current_task()
            if task is None or not self.stopping.is_set():
                raise  # the client has left
            task.uncancel()
            return await relay.end_early(exc)

    async def _replicas_of(self, exchange: Exchange) -> tuple[Replica, ...]:
        model, table = exchange.model, self.routes.current()
        if not table.replicas_of(model):
            await self.routes.catch_up()
            table = self.routes.current()
        exchange.is_model_known = table.knows(model)
        if not exchange.is_model_known:
            raise model_not_found(model, table.nearest(model))
        replicas = table.replicas_of(model)
        if not replicas:
            raise no_healthy_replica(model)
        return replicas


GATEWAY = web.AppKey("gateway", Gateway)
