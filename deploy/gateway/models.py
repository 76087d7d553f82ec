"""/v1/models: the names that a replica answers to now."""

from typing import Any

from aiohttp import web

from deploy.gateway.errors import model_not_found, no_healthy_replica
from deploy.gateway.gateway import GATEWAY
from deploy.gateway.routes.route_table import RouteTable


async def list_models(request: web.Request) -> web.Response:
    table = await _newest_table(request)
    return web.json_response({"object": "list", "data": [_model(table, name) for name in sorted(table.served_models)]})


async def show_model(request: web.Request) -> web.Response:
    table = await _newest_table(request)
    name = request.match_info["model"]
    if name not in table.served_models and table.knows(name):
        raise no_healthy_replica(name)
    if name not in table.served_models:
        raise model_not_found(name, table.nearest(name))
    return web.json_response(_model(table, name))


async def _newest_table(request: web.Request) -> RouteTable:
    """Who lists the models right after one was ready finds it."""
    routes = request.app[GATEWAY].routes
    await routes.catch_up()
    return routes.current()


def _model(table: RouteTable, name: str) -> dict[str, Any]:
    newest = max(table.replicas_of(name), key=lambda replica: replica.created_at_s)
    return {"id": name, "object": "model", "created": newest.created_at_s, "owned_by": newest.owned_by}
