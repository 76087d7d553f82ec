"""Pages of a job's events."""

from collections.abc import Sequence
from typing import Any

from api.live.feeds import EventFeed
from api.views.cursors import decode_cursor, encode_cursor
from common.errors import InvalidInput
from common.field_problem import INVALID, FieldProblem
from common.store.events import Event

_KIND = "events"


def event_page(job_id: str, query: dict[str, Any], found: Sequence[Event], total: int) -> dict[str, Any]:
    """One page of what was found, oldest first: one event more than asked for says that there are further ones.

    `next_cursor` leads to the older ones.
    """
    limit = query["limit"]
    if query["after"]:
        return {"job_id": job_id, "events": found[:limit], "total": total, "next_cursor": None}
    cursor = encode_cursor(_KIND, found[-limit].id) if len(found) > limit else None
    return {"job_id": job_id, "events": found[-limit:], "total": total, "next_cursor": cursor}


def before(query: dict[str, Any]) -> str:
    """The event that the cursor names; empty without one. Raises InvalidInput for a wrong cursor."""
    if not query["cursor"]:
        return ""
    (event_id,) = decode_cursor(query["cursor"], _KIND, str)
    if not EventFeed().is_position(event_id):
        raise InvalidInput(FieldProblem("cursor", INVALID, "Is no cursor of this list."))
    return str(event_id)
