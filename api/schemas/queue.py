"""The queue: what waits for GPUs."""

from marshmallow import Schema, fields, validate

from api.schemas.fields import Told
from api.schemas.live import cursor_field, next_cursor_field
from common.clock import iso


class QueueQuerySchema(Schema):
    """How many of the first ones to show."""

    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1000))
    cursor = cursor_field()


class QueueItemSchema(Schema):
    """A waiting job: its position, and why it waits."""

    job_id = fields.String(attribute="job.id")
    queue_position = fields.Integer(attribute="position")
    priority = fields.Integer(attribute="job.priority")
    gpus = fields.Integer(attribute="job.spec.gpus", metadata={"description": "How many GPUs it needs."})
    gpu_ids = fields.List(fields.String(), attribute="job.gpu_ids", metadata={"description": "Empty while it waits."})
    status = fields.String(attribute="job.state")
    reason = fields.String()
    message = Told()
    created_at = fields.Function(
        lambda item: iso(item.job.created_at), metadata={"type": ["string", "null"], "format": "date-time"}
    )
    estimated_wait_time = Told(attribute="wait_text")
    estimated_start_at = fields.Function(
        lambda item: iso(item.earliest_start), metadata={"type": ["string", "null"], "format": "date-time"}
    )


class QueueSchema(Schema):
    """The queue, the next one first."""

    total_queued = fields.Integer()
    queue_items = fields.List(fields.Nested(QueueItemSchema))
    next_cursor = next_cursor_field()
