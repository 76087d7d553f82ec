"""Validation of request bodies: each is JSON that can be stored and answered again; anything else is refused before an
endpoint sees it.

Python's parser alone would let NaN, half characters and the second of two equal keys through, and end in an error of
its own on a long number or a deep nesting. A data set's content is never JSON, never read as a whole, and has a limit
of its own. `curl -d '{…}'` without a Content-Type, as the manual's short examples have it, is taken for the JSON that
it is; never from a browser: a page on another site may send a form here without asking, but not without saying so.
"""

import json
import math
from typing import Any, NoReturn

from flask import Flask, abort, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_LEVELS_MAX = 32
_DIGITS_MAX = 300


class UnfitBody(ValueError):
    """The body is not JSON of the kind this service takes; the message says why."""


def register_bodies(app: Flask) -> None:
    """Answer 415, 413 and 400 for all endpoints alike."""

    @app.before_request
    def refuse_unfit_body() -> None:
        if request.method not in _WITH_BODY or not _has_body():
            return
        if request.routing_exception is not None:  # 404 or 405, whatever the body is
            return
        _refuse_packed()
        if takes_content():
            return
        if not request.is_json:
            abort(415, description="send JSON: Content-Type: application/json")
        try:
            parse_body(_whole_body())
        except UnfitBody as exc:
            abort(400, description=str(exc))


def parse_body(data: bytes) -> Any:
    """The value of a body; empty ones are left to the endpoint. Raises UnfitBody."""
    if not data:
        return None
    try:
        value = json.loads(
            data.decode(),
            parse_int=_integer,
            parse_float=_finite,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_repetition,
        )
        _refuse_depth(value)
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as exc:
        raise UnfitBody("the body has half of a surrogate pair in a text: this is no character") from exc
    except UnicodeDecodeError as exc:
        raise UnfitBody(f"the body is not UTF-8: byte {exc.start} is wrong") from exc
    except json.JSONDecodeError as exc:
        raise UnfitBody(f"the body is not JSON: {exc}") from exc
    except RecursionError as exc:
        raise UnfitBody(_too_deep()) from exc
    return value


def _has_body() -> bool:
    return bool(request.content_length) or "Transfer-Encoding" in request.headers


def _refuse_packed() -> None:
    packed = request.headers.get("Content-Encoding", "")
    if packed.strip().lower() not in {"", "identity"}:
        abort(415, description=f"Content-Encoding: {packed[:40]} is not unpacked here; send the body as it is")


def _whole_body() -> bytes:
    """The body. Without a length of it, werkzeug stops reading at the limit and gives what it has for the whole."""
    data = request.get_data()
    if not request.content_length and request.environ["wsgi.input"].read(1):
        abort(413)
    return data


def _integer(text: str) -> int:
    if len(text) > _DIGITS_MAX:
        raise UnfitBody(f"the body has a number of more than {_DIGITS_MAX} digits")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise UnfitBody(f"the body has a number that is too large: {text[:40]}")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise UnfitBody(f"the body is not JSON: {name} is no number of it")


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UnfitBody(f"the body has the name {twice[:64]!r} twice in one object")
    return found


def _refuse_depth(value: Any) -> None:
    level = [value]
    for _ in range(_LEVELS_MAX):
        level = [child for item in level for child in _children(item)]
        if not level:
            return
    raise UnfitBody(_too_deep())


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _too_deep() -> str:
    return f"the body is nested more than {_LEVELS_MAX} levels deep"


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


_FORM = "application/x-www-form-urlencoded"
_FROM_A_PAGE = {"HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE"}


def register_curl_bodies(app: Flask) -> None:
    """Look at each body before anything else reads it; comes before the check of its type."""

    @app.before_request
    def take_for_json() -> None:
        environ = request.environ
        if environ.get("CONTENT_TYPE") != _FORM or not environ.get("HTTP_USER_AGENT", "").startswith("curl/"):
            return
        if takes_content() or _FROM_A_PAGE & environ.keys():
            return
        if request.get_data(cache=True).lstrip().startswith(b"{"):
            environ["CONTENT_TYPE"] = "application/json"
