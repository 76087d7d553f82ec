"""Who asks: an API key as bearer token or X-API-Key. Without a key, this machine only, under its own name."""

import hmac
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from flask import Flask, g, request

from common.errors import Unauthenticated
from common.settings import Settings

# Probes and the manual hold no data.
OPEN_PATHS = frozenset({"/", "/info", "/healthz", "/readyz", "/docs", "/redoc", "/openapi.json"})
METRICS_PATH = "/metrics"
OPEN_PREFIXES = ("/docs/", "/redoc/")

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def register_auth(app: Flask, settings: Settings) -> None:
    """Ask for the key before every request but the open ones."""

    @app.before_request
    def authenticate() -> None:
        g.actor = ""
        if request.path in OPEN_PATHS or request.path.startswith(OPEN_PREFIXES):
            return
        if settings.metrics_open and request.path == METRICS_PATH:
            return
        if not settings.api_key:
            _refuse_other_machines()
            g.actor = "local"
            return
        if not hmac.compare_digest(_sent_key().encode(), settings.api_key.encode()):
            raise Unauthenticated("send the API key: Authorization: Bearer <key>")
        g.actor = "api_key"


def _sent_key() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else request.headers.get("X-API-Key", "")


def _refuse_other_machines() -> None:
    """What the server listens on is the server's command line, which this app does not see: so it looks at who asks.

    A foreign name in `Host` is a web page that had its own name point here.
    """
    if not _is_loopback(request.remote_addr or "") or _host_name() not in _LOOPBACK_NAMES:
        raise Unauthenticated("this service has no API_KEY, so it answers its own machine only, as localhost")


def _is_loopback(address: str) -> bool:
    if not address:  # a unix socket
        return True
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        return parsed.ipv4_mapped.is_loopback
    return parsed.is_loopback


def _host_name() -> str | None:
    try:
        return urlsplit(f"//{request.host}").hostname
    except ValueError:
        return None
