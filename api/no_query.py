"""Refuses a query where one would be taken for a filter, and what is done cannot be undone."""

from flask import request

from api.messages import text
from common.errors import InvalidInput

_NAME_MAX = 80


def refuse_query() -> None:
    """Raises InvalidInput that names each parameter."""
    names = sorted(name[:_NAME_MAX] for name in request.args)
    if names:
        message = text("delete_all_takes_no_filter")
        errors = [{"field": name, "message": message, "code": "invalid"} for name in names]
        raise InvalidInput(f"{names[0]}: {message}", errors)
