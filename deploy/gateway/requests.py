"""What every request gets: an id, refusals in OpenAI's shape, one line in the log, its place in the counts."""

import asyncio
import re

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from ulid import ULID

from common.access.origins import cors_headers, is_preflight, preflight_headers
from deploy.gateway.callers.callers import header_of
from deploy.gateway.endpoints import methods_at
from deploy.gateway.errors import Refusal, method_not_allowed, no_such_path, unforeseen
from deploy.gateway.forwarding.exchange import CLIENT_LEFT, EXCHANGE, Exchange
from deploy.gateway.forwarding.relay import ClientLeft
from deploy.gateway.gateway import GATEWAY

log = structlog.get_logger()

OPEN_PATHS = frozenset({"/healthz", "/readyz"})
METRICS_PATH = "/metrics"
CLIENT_LEFT_STATUS = 499
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


@web.middleware
async def with_exchange(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outermost: whatever happens to a request, it ends here once."""
    sent = request.headers.get("X-Request-Id", "")
    exchange = request[EXCHANGE] = Exchange(sent if _REQUEST_ID.fullmatch(sent) else str(ULID()))
    structlog.contextvars.bind_contextvars(request_id=exchange.request_id)
    gateway = request.app[GATEWAY]
    gateway.metrics.begin()
    try:
        response = await handler(request)
    except Refusal as refusal:
        return _refused(refusal, exchange)
    except web.HTTPException as exc:
        return _refused(_of_router(exc, request), exchange)
    except ClientLeft:
        exchange.failure = CLIENT_LEFT
        return web.Response(status=CLIENT_LEFT_STATUS)  # to nobody: the connection is closed
    except asyncio.CancelledError:
        exchange.failure = CLIENT_LEFT
        raise
    except Exception:
        log.exception("unforeseen_error", path=request.path[:200])
        if exchange.first_byte_seconds is not None and request.transport is not None:
            request.transport.abort()  # its head is sent: another one would be taken for a part of the body
        return _refused(unforeseen(), exchange)
    else:
        exchange.status = exchange.status or response.status
        return response
    finally:
        gateway.metrics.end(exchange)
        gateway.ledger.note(exchange)
        _log(request, exchange)


@web.middleware
async def with_origins(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a browser that asks what a page may ask for; it has no key yet, and needs none."""
    if is_preflight(header_of(request), request.method):
        found = preflight_headers(header_of(request), request.app[GATEWAY].settings.cors_origins)
        if found:
            return web.Response(status=204, headers=found)
    return await handler(request)


@web.middleware
async def with_caller(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find out who asks, or refuse."""
    gateway = request.app[GATEWAY]
    is_open = (
        request.method == "OPTIONS"
        or request.path in OPEN_PATHS
        or (request.path == METRICS_PATH and gateway.settings.metrics_open)
    )
    if not is_open:
        request[EXCHANGE].caller_id = await gateway.callers.recognise(request)
    return await handler(request)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """The last thing before a head is sent."""
    response.headers["X-Request-Id"] = request[EXCHANGE].request_id if EXCHANGE in request else str(ULID())
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Cache-Control", "no-store")
    # Buffering proxies hold a stream back unless they are told.
    response.headers["X-Accel-Buffering"] = "no"
    response.headers.popall("Server", None)
    origins = request.app[GATEWAY].settings.cors_origins
    response.headers.update(cors_headers(header_of(request), origins))
    if origins:
        response.headers["Vary"] = "Origin"


def _refused(refusal: Refusal, exchange: Exchange) -> web.Response:
    exchange.status, exchange.failure = refusal.status.value, refusal.code or refusal.kind
    return web.json_response(refusal.body(), status=refusal.status, headers=refusal.headers)


def _of_router(exc: web.HTTPException, request: web.Request) -> Refusal:
    path = request.rel_url.raw_path
    if isinstance(exc, web.HTTPMethodNotAllowed):
        allowed = methods_at(path) if path.startswith("/v1/") else sorted(exc.allowed_methods)
        if allowed:
            return method_not_allowed(request.method, path, ", ".join(allowed))
    return no_such_path(request.method, path)


def _log(request: web.Request, exchange: Exchange) -> None:
    write = log.debug if request.path in OPEN_PATHS or request.path == METRICS_PATH else log.info
    first, usage = exchange.first_byte_seconds, exchange.usage
    write(
        "request",
        method=request.method,
        path=request.path[:200],
        caller=exchange.caller_id,
        model=exchange.model[:200],
        deployment=exchange.deployment_id,
        status=exchange.status,
        failure=exchange.failure,
        tries=len(exchange.failed_tries) + 1 if exchange.deployment_id else 0,
        first_byte_ms=None if first is None else round(first * 1000, 1),
        milliseconds=round(exchange.seconds() * 1000, 1),
        prompt_tokens=usage.prompt_tokens if usage else None,
        completion_tokens=usage.completion_tokens if usage else None,
    )
