"""/openapi.json, /docs (Swagger UI) and /redoc: our pages over assets that came with the packages, no CDN."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, request, send_from_directory

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; worker-src blob:; child-src blob:; frame-ancestors 'none'"
)
_MAY_KEEP = "public, max-age=86400"
_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" type="image/png" href="/docs/assets/favicon-32x32.png">
<title>{title}</title>{head}</head>
<body>{body}</body>
</html>
"""

blueprint = Blueprint("manual", __name__)


def _package_folder(package: str, *below: str) -> Path:
    """Where a package's files are, without importing it."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"the package {package} is not installed")
    return Path(spec.submodule_search_locations[0], *below)


SWAGGER_FOLDER = _package_folder("flask_swagger_ui", "dist")
REDOC_FOLDER = _package_folder("flask_openapi3_redoc", "templates", "redoc", "js")
OWN_FOLDER = Path(__file__).parent / "static"


@blueprint.get("/openapi.json")
def document() -> Response:
    return jsonify(current_app.extensions["openapi_document"])


@blueprint.get("/docs")
def swagger_page() -> Response:
    head = (
        '<link rel="stylesheet" href="/docs/assets/swagger-ui.css">'
        '<link rel="stylesheet" href="/docs/assets/index.css">'
    )
    body = (
        '<div id="swagger-ui"></div><script src="/docs/assets/swagger-ui-bundle.js"></script>'
        '<script src="/docs/own/swagger.js"></script>'
    )
    return _page("Swift Trainer API", head, body)


@blueprint.get("/redoc")
def redoc_page() -> Response:
    body = '<redoc spec-url="/openapi.json"></redoc><script src="/redoc/assets/redoc.standalone.js"></script>'
    return _page("Swift Trainer API", '<link rel="stylesheet" href="/docs/own/redoc.css">', body)


@blueprint.get("/docs/assets/<path:name>")
def swagger_asset(name: str) -> Response:
    return _asset(SWAGGER_FOLDER, name)


@blueprint.get("/redoc/assets/redoc.standalone.js")
def redoc_script() -> Response:
    response = Response(_redoc_script(), mimetype="text/javascript")
    response.headers["Cache-Control"] = _MAY_KEEP
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/docs/own/<path:name>")
def own_asset(name: str) -> Response:
    return _asset(OWN_FOLDER, name)


@cache
def _redoc_script() -> bytes:
    """ReDoc without the one thing that it would fetch from elsewhere: its maker's logo."""
    script = (REDOC_FOLDER / "redoc.standalone.js").read_bytes()
    return script.replace(b"https://cdn.redoc.ly/redoc/logo-mini.svg", b"data:,")


def _asset(folder: Path, name: str) -> Response:
    response = send_from_directory(folder, name)
    response.headers["Cache-Control"] = _MAY_KEEP
    return response


def _page(title: str, head: str, body: str) -> Response:
    response = Response(_PAGE.format(title=title, head=head, body=body), mimetype="text/html")
    response.headers["Content-Security-Policy"] = _POLICY
    return response
