"""Faults of a server, in its own words, put into the shape that OpenAI's clients know.

Model servers answer a refusal in many shapes: ms-swift's {"message"}, FastAPI's {"detail"}, a text, a page, nothing.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from deploy.gateway.errors import INVALID, SERVER, Refusal, replica_refused_key
from deploy.gateway.forwarding.endings import first_data, object_in
from deploy.gateway.forwarding.told_statuses import told_status

READ_BYTES = 64 * 1024
MESSAGE_MAX = 2000
_LOCATIONS_MAX = 5
# What frameworks say where nothing is at a path; it tells a client less than the path does.
_NOTHING_THERE = frozenset({"Not Found", "Method Not Allowed", ""})
_CODES = {413: "request_too_large", 429: "rate_limit_exceeded"}
# Of the gateway's own key, not of the client's, which was right.
REFUSED_KEY = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED})
# In the words of vLLM, SGLang, TGI, LMDeploy, llama.cpp and ms-swift.
_TOO_LONG = re.compile(
    r"(maximum|model's|available) (context|model|sequence) (length|size)|longer than the maximum model length"
    r"|exceeds? (the )?(model's )?(maximum |available )?(context (length|size|window)|max_model_len|max_length)"
    r"|`?inputs`? (tokens \+ `max_new_tokens` must be <=|must have less than)|larger than the max_length",
    re.IGNORECASE,
)
_MESSAGES = ("message", "msg", "detail", "error", "reason", "description", "title")
# Statuses of what the client sent, where the server has another one than OpenAI.
_STATUSES = {HTTPStatus.UNPROCESSABLE_ENTITY: HTTPStatus.BAD_REQUEST}


@dataclass(frozen=True, slots=True)
class Said:
    """What a server told of its failure, as far as it could be understood."""

    message: str = ""
    param: str | None = None
    code: str | None = None


def is_envelope(body: bytes) -> bool:
    """Whether it is OpenAI's shape to the letter, which may pass as it is."""
    error = object_in(body).get("error")
    if not isinstance(error, dict) or not {"message", "type", "param", "code"} <= error.keys():
        return False
    may_be_null = (error["param"], error["code"])
    return (
        isinstance(error["message"], str)
        and isinstance(error["type"], str)
        and all(value is None or isinstance(value, str) for value in may_be_null)
    )


def refusal_of(
    status: int, body: bytes, headers: Mapping[str, str], path: str, model: str, *, answered: str = ""
) -> Refusal:
    """The same failure as an answer of the gateway, with these headers; `body` may be the begin of what was said."""
    if status in REFUSED_KEY:
        return replica_refused_key(model)
    said, ours = _said(body), _status(status)
    message = (
        said.message[:MESSAGE_MAX]
        or f"the replica of the model `{model}` answered {answered or status} and nothing more"
    )
    if _TOO_LONG.search(message):
        ours, said = HTTPStatus.BAD_REQUEST, replace(said, code="context_length_exceeded")
    if ours in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED} and said.message in _NOTHING_THERE:
        message, said = f"the server of the model `{model}` does not have {path[:200]}", Said(code="unknown_url")
    kind = SERVER if ours >= HTTPStatus.INTERNAL_SERVER_ERROR else INVALID
    if ours is HTTPStatus.TOO_MANY_REQUESTS:
        kind = "requests"
    return Refusal(ours, said.code or _CODES.get(ours), message, kind=kind, param=said.param, headers=headers)


def refusal_in_success(body: bytes, headers: Mapping[str, str], path: str, model: str) -> Refusal:
    """The failure that an answer tells of whose status is that of a success."""
    return refusal_of(told_status(object_in(body)), body, headers, path, model, answered="an error")


def _status(status: int) -> HTTPStatus:
    try:
        known = HTTPStatus(status)
    except ValueError:
        return HTTPStatus.BAD_REQUEST if status < HTTPStatus.INTERNAL_SERVER_ERROR else HTTPStatus.BAD_GATEWAY
    return _STATUSES.get(known, known)


def _said(body: bytes) -> Said:
    told = object_in(first_data(body + b"\n\n") or body if body.startswith((b"data:", b"event:")) else body)
    if told:
        with suppress(RecursionError):
            return _of_object(told)
        return Said()
    text = body.decode("utf-8", "replace").strip()
    is_for_eyes = text.startswith("<") or "\0" in text  # a page, or no text at all
    return Said() if is_for_eyes else Said(text)


def _of_object(told: Mapping[str, Any]) -> Said:
    """ms-swift's and vLLM's message stands in the object, or in its `error`; FastAPI's is its `detail`."""
    for name in ("error", "detail"):
        inner = told.get(name)
        if isinstance(inner, dict):
            return _of_object(inner)
        if isinstance(inner, list):
            return _of_fields(inner)
        if isinstance(inner, str):
            return Said(inner)
    return Said(_words(told), _text(told.get("param")), _text(told.get("code")))


def _words(value: object) -> str:
    """What is for people to read, wherever it stands."""
    if isinstance(value, list):
        return "; ".join(filter(None, map(_words, value)))
    if isinstance(value, dict):
        return next(filter(None, (_words(value.get(name)) for name in _MESSAGES)), "")
    return value if isinstance(value, str) else ""


def _of_fields(faults: list[Any]) -> Said:
    """FastAPI's list of what is wrong with a body: [{"loc": ["body", "messages", 0], "msg": "Field required"}]."""
    found = [(_place(fault.get("loc") if isinstance(fault, dict) else None), _words(fault)) for fault in faults]
    told = [f"{place}: {message}" if place else message for place, message in found if place or message]
    more = f"; and {len(told) - _LOCATIONS_MAX} more" if len(told) > _LOCATIONS_MAX else ""
    return Said("; ".join(told[:_LOCATIONS_MAX]) + more, next((place for place, _ in found if place), None))


def _place(loc: object) -> str:
    """As OpenAI writes it: messages[0].content."""
    parts = loc if isinstance(loc, list) else []
    parts = parts[1:] if parts[:1] == ["body"] else parts
    if not parts or not isinstance(parts[0], str):  # a number is how far the body could be read
        return ""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
