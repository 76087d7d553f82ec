"""Validation of query parameters: those that an endpoint does not have are refused by name; a filter that nobody
applies is worse than none.

So are those that it has once and that are sent more than once: only the first of them would count. What the older
service's clients read may be asked for with more than it ever took: there all that is ignored, and the answer says so.
What they change is held to the document, too: nothing is to be done that was asked for otherwise.
"""

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import quote_from_bytes

from flask import Flask, Request, Response, g, request

from api.edge.auth import OPEN_PATHS
from api.edge.scopes import SAFE_METHODS
from api.live.stream import wants_stream
from api.schemas.fields import Sentence
from common.errors import InvalidInput
from common.field_problem import INVALID, FieldProblem
from common.swift.options.suggest import did_you_mean

# What the older service answered, below the API's prefix, as the document spells it.
LENIENT = frozenset(
    {
        "/deploy/jobs/{job_id}/status",
        "/deploy/queue",
        "/training/gpus",
        "/training/health",
        "/training/jobs",
        "/training/jobs/{job_id}",
        "/training/jobs/{job_id}/events",
        "/training/jobs/{job_id}/logs",
        "/training/jobs/{job_id}/progress",
        "/training/jobs/{job_id}/status",
        "/training/llm/params/default",
        "/training/mllm/params/default",
        "/training/params/default",
        "/training/queue",
        "/training/queue/processor/status",
        "/training/queue/{job_id}/status",
        "/training/supported-types",
        "/training/system/status",
        "/training/v2/params/compare",
        "/training/v2/supported-types",
    }
)
NOTES = {"type": "array", "items": {"type": "string"}, "description": "What was sent and does not count."}

_REPEATED = "sent more than once"
_SHOWN_MAX = 80
_NAMED_MAX = 20


def is_lenient(path: str) -> bool:
    """Whether reading that path of the document, prefix included, takes whatever parameters are sent."""
    return path.endswith(tuple(LENIENT))


def register_query_names(app: Flask) -> None:
    """Comes after `register_scopes`: what there is is told to those who may ask."""

    @app.before_request
    def refuse_what_would_not_count() -> None:
        if not request.args or request.url_rule is None or request.method == "OPTIONS":  # a preflight repeats the query
            return
        path = re.sub(r"<\w+:(\w+)>", r"{\1}", request.url_rule.rule)
        item = app.extensions["openapi_document"]["paths"].get(path)
        if item is None or path in OPEN_PATHS:  # pages, probes, metrics: whoever asks has tools that add what they like
            return
        known = _known(item)
        unknown = sorted({name[:_SHOWN_MAX] for name in request.args if name not in known})[:_NAMED_MAX]
        repeated = sorted(name for name, sent in request.args.lists() if len(sent) > 1 and known.get(name) is False)
        if request.method in SAFE_METHODS and is_lenient(path) and not wants_stream():
            g.query_notes = [*map(_ignored, unknown), *map(_counted, repeated)]
        elif unknown or repeated:
            _refuse({**{name: _about(name, path, known) for name in unknown}, **dict.fromkeys(repeated, _REPEATED)})

    @app.after_request
    def add_notes(response: Response) -> Response:
        notes = g.get("query_notes")
        if notes and response.mimetype == "application/json":
            answer: dict[str, Any] = response.get_json()
            response.set_data(app.json.dumps({**answer, "notes": notes}) + "\n")
        return response


def _known(item: dict[str, Any]) -> dict[str, bool]:
    """What the document says that the endpoint takes, and whether as a list."""
    method = "get" if request.method == "HEAD" else request.method.lower()
    parameters = [*item.get("parameters", []), *item.get(method, {}).get("parameters", [])]
    return {each["name"]: _is_list(each["schema"]) for each in parameters if each["in"] == "query"}


def _is_list(schema: dict[str, Any]) -> bool:
    kinds = schema.get("type")
    return "array" in (kinds if isinstance(kinds, list) else [kinds])


def _ignored(name: str) -> Sentence:
    return Sentence(f"the query parameter {name} is none of this endpoint's: it was ignored")


def _counted(name: str) -> Sentence:
    pair = f"{name}={request.args[name][:_SHOWN_MAX]}"
    return Sentence(f"the query parameter {name} was sent more than once: the first, {pair}, counted")


def _refuse(faults: dict[str, str]) -> None:
    raise InvalidInput(*(FieldProblem(name, INVALID, message) for name, message in sorted(faults.items())), shown=1)


def _about(name: str, path: str, known: Collection[str]) -> str:
    if request.method == "DELETE" and path.endswith("/training/jobs"):
        return "this would delete all jobs, whatever is asked for here; delete one by DELETE /training/jobs/{job_id}"
    near = did_you_mean(name, known)
    if near or not known:
        return f"no such query parameter{near}"
    return f"no such query parameter; there are {', '.join(sorted(known))}"


_ASCII = bytes(range(0x21, 0x7F)).decode()


class AnyQueryRequest(Request):
    """Flask's request; werkzeug's own fails on a query that is not UTF-8."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.query_string = quote_from_bytes(self.query_string, safe=_ASCII).encode()
