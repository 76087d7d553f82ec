"""Logs and events of a job."""

from marshmallow import Schema, fields, validate

from common.clock import iso


class LogsQuerySchema(Schema):
    """The newest `limit` lines, or, with `offset`, everything from that byte on."""

    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1000))
    offset = fields.Integer(load_default=None, validate=validate.Range(min=0, max=2**53))
    attempt = fields.Integer(load_default=None, validate=validate.Range(min=1, max=1_000_000))


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
    """The newest `limit` events."""

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))


class EventSchema(Schema):
    """One thing that happened to a job."""

    id = fields.String()
    type = fields.String()
    message = fields.String()
    timestamp = fields.Function(
        lambda event: iso(event.at), metadata={"type": ["string", "null"], "format": "date-time"}
    )
    attempt = fields.Integer()


class EventsSchema(Schema):
    """A job's story, oldest first."""

    job_id = fields.String()
    events = fields.List(fields.Nested(EventSchema))
    total = fields.Integer()
