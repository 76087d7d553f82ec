"""Web pages of other origins (CORS): those that the settings name may ask and read; a preflight needs no key."""

from flask import Flask, Response, request

from common.access.origins import cors_headers, is_preflight, preflight_headers
from common.settings import Settings


def register_origins(app: Flask, settings: Settings) -> None:
    """Answer preflights, and tell browsers who may read what; comes before `register_auth`."""
    allowed = settings.cors_origins

    @app.before_request
    def answer_preflight() -> Response | None:
        if not is_preflight(sent_header, request.method):
            return None
        found = preflight_headers(sent_header, allowed)
        return Response(status=204, headers=found) if found else None

    @app.after_request
    def name_origin(response: Response) -> Response:
        response.headers.update(cors_headers(sent_header, allowed))
        if allowed:
            response.vary.add("Origin")
        return response


def sent_header(name: str) -> str:
    """A header of the present request; empty when it was not sent."""
    return request.headers.get(name, "")
