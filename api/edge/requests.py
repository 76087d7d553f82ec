"""What every request gets: an id, a bound log, security headers, one access line."""

import re
import time

import structlog
from flask import Flask, Response, g, request
from ulid import ULID

from api.front.visit import Visit, present_visit

log = structlog.get_logger()

RETRY_AFTER_SECONDS = 5

_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,128}$")
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})


def register_requests(app: Flask) -> None:
    """Bind the request id, answer it back, log one line at the end."""

    @app.before_request
    def begin() -> None:
        visit = present_visit() or Visit()
        sent = request.headers.get("X-Request-Id", "")
        g.request_id = visit.request_id = visit.request_id or (sent if _REQUEST_ID.fullmatch(sent) else str(ULID()))
        g.began = visit.began
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if "come_back_after" in g:
            response.headers.setdefault("Retry-After", str(g.come_back_after))
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        response.headers.setdefault("Cache-Control", "no-store")
        _access_line(response)
        structlog.contextvars.unbind_contextvars("request_id")
        return response


def come_back_after(seconds: int) -> None:
    """Have the present answer say when to ask again."""
    g.come_back_after = seconds


def _access_line(response: Response) -> None:
    write = log.debug if request.path in _QUIET else log.info
    milliseconds = round((time.monotonic() - g.get("began", time.monotonic())) * 1000, 1)
    write("request", method=request.method, path=request.path, status=response.status_code, milliseconds=milliseconds)
