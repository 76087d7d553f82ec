"""The metric records of a job."""

from marshmallow import Schema, fields, validate

from api.schemas.live import cursor_field, next_cursor_field


class MetricsQuerySchema(Schema):
    """Which records: from `index` on, or where a cursor says."""

    limit = fields.Integer(load_default=500, validate=validate.Range(min=1, max=5000))
    index = fields.Integer(load_default=0, validate=validate.Range(min=0, max=2**53))
    cursor = cursor_field()


class MetricsSchema(Schema):
    """Records as ms-swift logged them, oldest first, of all attempts."""

    job_id = fields.String()
    metrics = fields.List(fields.Dict())
    first_index = fields.Integer(metadata={"description": "Index of the first record shown."})
    next_index = fields.Integer(metadata={"description": "Index of the record behind the last one shown."})
    oldest_index = fields.Integer(metadata={"description": "Index of the oldest record that is kept."})
    total = fields.Integer(metadata={"description": "How many there ever were."})
    next_cursor = next_cursor_field()
