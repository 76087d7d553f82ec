"""Requests whose body is a data set's content: never JSON, never read as a whole, with a limit of their own."""

from flask import request

ENDPOINTS = frozenset({"datasets.DatasetContent"})
_WITH_CONTENT = frozenset({"PUT", "PATCH"})


def takes_content() -> bool:
    """Whether the present request carries content."""
    return request.endpoint in ENDPOINTS and request.method in _WITH_CONTENT
