"""Requests whose body is a data set's content: never JSON, never read as a whole, with a limit of their own."""

from flask import Flask, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

ENDPOINTS = frozenset({"datasets.DatasetContent"})
_WITH_CONTENT = frozenset({"PUT", "PATCH"})


def takes_content() -> bool:
    """Whether the present request carries content."""
    return request.endpoint in ENDPOINTS and request.method in _WITH_CONTENT


def takes_content_at(app: Flask, method: str, path: str) -> bool:
    """The same of a request that the app has not seen yet."""
    if method not in _WITH_CONTENT:
        return False
    try:
        endpoint, _ = app.url_map.bind("").match(path, method)
    except (HTTPException, RequestRedirect):
        return False
    return endpoint in ENDPOINTS
