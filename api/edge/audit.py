"""The audit log: who changed what, one entry per request that is not a read, and one line of the log, whatever came of
it.
"""

import structlog
from flask import Flask, Response, g, request

from api.edge.principal import principal
from api.edge.scopes import SAFE_METHODS
from common.clock import now, to_ms
from common.errors import ServiceError
from common.store import Store

log = structlog.get_logger()

_PATH_MAX = 256
_ANSWER_MAX_BYTES = 16 * 1024
# What a request was about: the names under which paths and answers have it.
_TARGETS = ("job_id", "export_id", "key_id", "dataset", "node")
_MADE = ("job_id", "id")


def register_audit(app: Flask, store: Store) -> None:
    """Write the entry when the answer is known. Requests without a valid key change nothing and are only logged."""

    @app.after_request
    def write_down(response: Response) -> Response:
        who = principal()
        if request.method in SAFE_METHODS or who is None:
            return response
        entry = {
            "at_ms": str(to_ms(now())),
            "key_id": who.id,
            "actor": who.name,
            "scope": str(who.scope),
            "method": request.method,
            "path": request.path[:_PATH_MAX].encode("utf-8", "replace").decode(),
            "target": _target(response),
            "address": request.remote_addr or "unix",
            "status": str(response.status_code),
            "request_id": g.get("request_id", ""),
        }
        log.info("audit", **entry)
        if response.status_code != 503:  # refused because Redis is away: nothing was changed, nothing can be written
            _write(store, entry)
        return response


def _write(store: Store, entry: dict[str, str]) -> None:
    try:
        store.audit.write(entry)
    except ServiceError as exc:
        log.error("audit_not_written", error=exc.message)  # noqa: TRY400 - the cause says no more than its message


def _target(response: Response) -> str:
    """The id that the path names, or that of what was made."""
    named = request.view_args or {}
    for name in _TARGETS:
        if name in named:
            return str(named[name])[:_PATH_MAX].encode("utf-8", "replace").decode()
    if response.status_code != 201 or not response.is_json or (response.content_length or 0) > _ANSWER_MAX_BYTES:
        return ""
    made = response.get_json(silent=True)
    found = [made[name] for name in _MADE if isinstance(made, dict) and isinstance(made.get(name), str)]
    return found[0] if found else ""
