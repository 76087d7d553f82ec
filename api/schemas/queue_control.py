"""Answers of what steers the queue."""

from marshmallow import Schema, fields

from api.schemas.fields import Told


class MessageSchema(Schema):
    """What was done, to read."""

    message = Told(required=True)


class PassDetailSchema(Schema):
    """What a pass made of one job."""

    job_id = fields.String()
    result = fields.String(metadata={"enum": ["started", "waiting", "failed"]})
    reason = fields.String()
    message = Told()


class PassResultSchema(Schema):
    """What a pass did. `failed` counts placements that Redis refused, because the world had changed meanwhile."""

    processed = fields.Integer()
    started = fields.Integer()
    failed = fields.Integer()
    details = fields.List(fields.Nested(PassDetailSchema))


class ProcessedQueueSchema(Schema):
    """The true result of one pass."""

    message = Told()
    result = fields.Nested(PassResultSchema)


class LastPassSchema(Schema):
    """What the last pass of any scheduler did."""

    ended_at = fields.String()
    milliseconds = fields.Integer()
    started = fields.Integer()
    waiting = fields.Integer()
    failed = fields.Integer()


class ProcessorStatusSchema(Schema):
    """Whether waiting jobs are placed."""

    running = fields.Boolean()
    paused_at = fields.String(allow_none=True)
    by = Told(allow_none=True, metadata={"description": "Who stopped it."})
    queue_length = fields.Integer()
    check_interval_seconds = fields.Float()
    last_pass = fields.Nested(LastPassSchema, allow_none=True)
