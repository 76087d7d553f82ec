"""Authentication: who asks, by bearer token or X-API-Key. Without a key, this machine only, under its own name."""

import hmac
from urllib.parse import urlsplit

from flask import Flask, request

from api.edge.limits import FailedAuth
from api.edge.origins import sent_header
from api.edge.principal import set_principal
from api.services.known_keys import KnownKeys
from common.access.addresses import is_loopback
from common.access.api_keys import id_in, is_key
from common.access.origins import FOREIGN_PAGE, is_foreign_page
from common.access.principals import BOOTSTRAP, LOCAL, Principal
from common.access.sent_keys import sent_key
from common.clock import now
from common.errors import Unauthenticated
from common.settings import Settings

# Probes and the manual hold no data.
OPEN_PATHS = frozenset({"/", "/info", "/healthz", "/readyz", "/docs", "/redoc", "/openapi.json"})
METRICS_PATH = "/metrics"
OPEN_PREFIXES = ("/docs/", "/redoc/")

WRONG_KEY = "this API key is not known; send a valid one: Authorization: Bearer <key>"

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def register_auth(app: Flask, settings: Settings, known: KnownKeys, failed: FailedAuth) -> None:
    """Find out who asks before every request but the open ones, or refuse it."""

    @app.before_request
    def authenticate() -> None:
        set_principal(None)
        if request.method == "OPTIONS":  # which methods a path has is in the manual
            return
        if request.path in OPEN_PATHS or request.path.startswith(OPEN_PREFIXES):
            return
        if settings.metrics_open and request.path == METRICS_PATH:
            return
        if not settings.api_key:
            _refuse_other_machines()
        set_principal(_recognised(sent_key(sent_header), settings, known, failed))


def _recognised(sent: str, settings: Settings, known: KnownKeys, failed: FailedAuth) -> Principal:
    key_id = id_in(sent)
    if key_id is not None:
        # With 256 random bits there is nothing to guess: an issued key works however often others failed.
        return _issued(sent, key_id, known)
    if not settings.api_key:
        if is_foreign_page(sent_header, request.method, settings.cors_origins):
            raise Unauthenticated(FOREIGN_PAGE)
        return LOCAL
    failed.refuse_if_too_many()
    if not hmac.compare_digest(sent.encode(), settings.api_key.reveal().encode()):
        if sent:
            failed.count()
        raise Unauthenticated(WRONG_KEY if sent else "send the API key: Authorization: Bearer <key>")
    return BOOTSTRAP


def _issued(sent: str, key_id: str, known: KnownKeys) -> Principal:
    key = known.get(key_id)
    if key is None or not is_key(sent, key.hash):
        raise Unauthenticated(WRONG_KEY)
    status = key.status(now())
    if status != "active":
        raise Unauthenticated(f"the API key '{key.name}' is {status}; send another: Authorization: Bearer <key>")
    known.note_use(key_id)
    return Principal(key.id, key.name, key.scope)


def _refuse_other_machines() -> None:
    """What the server listens on is the server's command line, which this app does not see: so it looks at who asks.

    A foreign name in `Host` is a web page that had its own name point here.
    """
    if not is_loopback(request.remote_addr or "") or _host_name() not in _LOOPBACK_NAMES:
        raise Unauthenticated("this service has no API_KEY, so it answers its own machine only, as localhost")


def _host_name() -> str | None:
    try:
        return urlsplit(f"//{request.host}").hostname
    except ValueError:
        return None
