"""Logs and events of a job."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from api.live.long_poll import WaitField
from api.schemas.fields import Told, WholeText
from api.schemas.live import cursor_field, next_cursor_field
from common.clock import iso


class LogsQuerySchema(Schema):
    """The newest `limit` lines, or, with `offset`, everything from that byte on."""

    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1000))
    offset = fields.Integer(load_default=None, validate=validate.Range(min=0, max=2**53))
    attempt = fields.Integer(load_default=None, validate=validate.Range(min=1, max=1_000_000))
    wait = WaitField()

    @validates_schema
    def refuse_wait_without_offset(self, data: dict[str, Any], **_: Any) -> None:
        if data["wait"] and data["offset"] is None:
            raise ValidationError("Goes with offset: the answer then comes when the log goes beyond it.", "wait")


class LogsSchema(Schema):
    """Lines of a job's log; with `offset` its text from there, and where to go on."""

    job_id = fields.String()
    attempt = fields.Integer()
    logs = fields.List(fields.String())
    total = fields.Integer()
    text = fields.String()
    offset = fields.Integer()
    next_offset = fields.Integer()
    end = fields.Boolean(metadata={"description": "The job is final and nothing comes after this."})
    truncated_from = fields.Integer(allow_none=True)
    truncated_to = fields.Integer(allow_none=True)


class EventsQuerySchema(Schema):
    """The newest `limit` events, those before a cursor, or the first ones `after` an event."""

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))
    after = fields.String(
        load_default=None,
        validate=WholeText("^(0|[1-9][0-9]{0,15})-(0|[1-9][0-9]{0,15})$", error="Must be the id of an event."),
        metadata={"description": "The id of an event; `0-0` is before the first."},
    )
    cursor = cursor_field()
    wait = WaitField()

    @validates_schema
    def refuse_wait_without_after(self, data: dict[str, Any], **_: Any) -> None:
        if data["wait"] and data["after"] is None:
            raise ValidationError("Goes with after: the answer then comes with the next event.", "wait")


class EventSchema(Schema):
    """One thing that happened to a job."""

    id = fields.String()
    type = fields.String()
    message = Told()
    timestamp = fields.Function(
        lambda event: iso(event.at), metadata={"type": ["string", "null"], "format": "date-time"}
    )
    attempt = fields.Integer()


class EventsSchema(Schema):
    """A job's story, oldest first."""

    job_id = fields.String()
    events = fields.List(fields.Nested(EventSchema))
    total = fields.Integer()
    next_cursor = next_cursor_field()
