"""Health checks (probes) and metrics: /healthz, /readyz and /metrics."""

from aiohttp import web
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from deploy.gateway.gateway import GATEWAY


async def healthz(_request: web.Request) -> web.Response:
    """Whether this process is alive."""
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """Whether it knows where to send requests: with Redis away, for a while it still does."""
    routes = request.app[GATEWAY].routes
    age = routes.age_seconds()
    body = {
        "status": "ready" if routes.are_known() else "unavailable",
        "redis": "away" if routes.is_away else "up",
        "routes_age_seconds": None if age is None else round(age, 1),
    }
    return web.json_response(body, status=200 if routes.are_known() else 503)


async def metrics(request: web.Request) -> web.Response:
    gateway = request.app[GATEWAY]
    text = gateway.metrics.text(gateway.routes.age_seconds())
    return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})
