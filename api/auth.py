"""Who asks: an API key as bearer token or X-API-Key. Off only while the service listens on loopback without a key."""

import hmac

from flask import Flask, g, request

from common.errors import Unauthenticated
from common.settings import Settings

# Probes and the manual hold no data.
OPEN_PATHS = frozenset({"/", "/info", "/healthz", "/readyz", "/docs", "/redoc", "/openapi.json"})
OPEN_PREFIXES = ("/docs/", "/redoc/")


def register_auth(app: Flask, settings: Settings) -> None:
    """Ask for the key before every request but the open ones."""

    @app.before_request
    def authenticate() -> None:
        g.actor = "local" if not settings.api_key else ""
        if not settings.api_key or request.path in OPEN_PATHS or request.path.startswith(OPEN_PREFIXES):
            return
        if not hmac.compare_digest(_sent_key().encode(), settings.api_key.encode()):
            raise Unauthenticated("send the API key: Authorization: Bearer <key>")
        g.actor = "api_key"


def _sent_key() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else request.headers.get("X-API-Key", "")
