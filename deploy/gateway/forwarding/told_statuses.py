"""Told statuses: which status a failure has whose server called it a success, by what it says of itself."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

_NUMBERS = ("code", "status", "status_code", "http_status_code")
_NAMES = ("code", "type", "error_type", "status")
# What OpenAI, vLLM, SGLang, TGI and FastAPI call them, without the difference between BadRequest and bad_request.
_WORDS = (
    (r"ratelimit|toomany|overloaded|quota", HTTPStatus.TOO_MANY_REQUESTS),
    (r"authentication|unauthorized|apikey|permission", HTTPStatus.UNAUTHORIZED),
    (r"notfound", HTTPStatus.NOT_FOUND),
    (r"badrequest|invalid|validation|contextlength|unprocessable|valueerror", HTTPStatus.BAD_REQUEST),
    (r"unavailable", HTTPStatus.SERVICE_UNAVAILABLE),
    (r"internal|server", HTTPStatus.INTERNAL_SERVER_ERROR),
)


def told_status(told: Mapping[str, Any]) -> int:
    """From 400 on; 502 where it is not told."""
    inner = told.get("error")
    places = [inner, told] if isinstance(inner, dict) else [told]
    numbers = (_number(place.get(name)) for place in places for name in _NUMBERS)
    words = (_of_word(place.get(name)) for place in places for name in _NAMES)
    return next(filter(None, numbers), None) or next(filter(None, words), None) or HTTPStatus.BAD_GATEWAY


def _number(value: object) -> int | None:
    number = int(value) if isinstance(value, str) and re.fullmatch("[0-9]{3}", value) else value
    return number if type(number) is int and 400 <= number < 600 else None


def _of_word(value: object) -> int | None:
    word = re.sub("[^a-z]", "", value.lower()) if isinstance(value, str) else ""
    return next((status.value for pattern, status in _WORDS if re.search(pattern, word)), None)
