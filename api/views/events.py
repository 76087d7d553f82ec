"""Which of a job's events an answer shows: the newest, those before a cursor, or those after an event."""

from typing import Any

from api.live.feeds import EventFeed
from api.views.cursors import decode_cursor, encode_cursor
from common.errors import InvalidInput
from common.field_problem import INVALID, FieldProblem
from common.store import Store
from common.store.events import Event

_KIND = "events"


def event_page(store: Store, job_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """One page, oldest first; `next_cursor` leads to the older ones. Raises InvalidInput for a wrong cursor."""
    found, total = _found(store, job_id, query, query["limit"] + 1)
    more = len(found) > query["limit"]
    if query["after"]:
        shown, cursor = found[: query["limit"]], None
    else:
        shown = found[-query["limit"] :]
        cursor = encode_cursor(_KIND, shown[0].id) if more else None
    return {"job_id": job_id, "events": shown, "total": total, "next_cursor": cursor}


def _found(store: Store, job_id: str, query: dict[str, Any], limit: int) -> tuple[list[Event], int]:
    newest, total = store.events.newest(job_id, limit)
    if query["after"]:
        return store.events.after(job_id, query["after"], limit), total
    if query["cursor"]:
        return store.events.before(job_id, _before(query["cursor"]), limit), total
    return newest, total


def _before(cursor: str) -> str:
    (event_id,) = decode_cursor(cursor, _KIND, str)
    if not EventFeed().is_position(event_id):
        message = "Is no cursor of this list."
        raise InvalidInput(FieldProblem("cursor", INVALID, message))
    return str(event_id)
