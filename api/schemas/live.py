"""Live answers and pagination: what endpoints that wait, stream or page have in common, for their schemas and the
OpenAPI document.
"""

from typing import Any

from marshmallow import Schema, fields, validate

from api.live.long_poll import WaitField

ETAG = {"ETag": {"description": "For If-None-Match and If-Match.", "schema": {"type": "string"}}}
IF_NONE_MATCH = {"in": "header", "name": "If-None-Match", "schema": {"type": "string"}}
IF_MATCH = {"in": "header", "name": "If-Match", "schema": {"type": "string"}}

STREAM_PARAMETERS = [
    {
        "in": "header",
        "name": "Last-Event-ID",
        "description": "With Accept: text/event-stream, the id of the last message that arrived.",
        "schema": {"type": "string"},
    }
]
# Beside the JSON that is described already.
STREAM: dict[Any, Any] = {
    200: {
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": 'id: 1:6\nevent: log\ndata: {"text":"…"}\n\n',
            }
        }
    }
}


def cursor_field() -> fields.String:
    return fields.String(
        load_default=None,
        validate=validate.Length(min=1, max=256),
        metadata={
            "description": "`next_cursor` of an earlier answer: what comes behind it, whatever changed meanwhile."
        },
    )


def next_cursor_field() -> fields.String:
    return fields.String(allow_none=True, metadata={"description": "null at the end of the list."})


class ChangeQuerySchema(Schema):
    """With `wait`, the answer comes when the job is no longer as If-None-Match or `revision` says, or as it is now."""

    wait = WaitField()
    revision = fields.Integer(load_default=None, validate=validate.Range(min=0, max=2**53))
