"""The peer of a request (X-Forwarded-For): whom the app takes its client to be; behind trusted proxies, the one that
they were asked by.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from common.access.addresses import client_address
from common.settings import Settings


def register_peers(app: Flask, settings: Settings) -> None:
    """Put the client's address in place of a trusted proxy's, for limits, audit and logs."""
    inner = app.wsgi_app

    def wsgi_app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = client_address(
            environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", ""), settings.trusted_proxies
        )
        return inner(environ, start_response)

    if settings.trusted_proxies:
        app.wsgi_app = wsgi_app  # type: ignore[method-assign]  # as Flask's manual says it is done
