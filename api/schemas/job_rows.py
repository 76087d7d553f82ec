"""Rows of a training's data that are not used, in answers."""

from marshmallow import Schema, fields

from common.rows import WORDS


class UnusedRowSchema(Schema):
    """One row that is not used."""

    source = fields.String(metadata={"description": "The data set, as the node opened it."})
    row = fields.Integer(allow_none=True, metadata={"description": "Which of its rows, from 1; null where unknown."})
    why = fields.String(metadata={"description": "What ms-swift said of it."})


class UnusedRowsSchema(Schema):
    """Rows that are not used for one cause."""

    cause = fields.String(metadata={"enum": list(WORDS)})
    count = fields.Integer()
    first = fields.List(fields.Nested(UnusedRowSchema), metadata={"description": "The first few of them."})
