"""The answer of a dry run, POST /training/jobs/validate."""

from marshmallow import Schema, fields

from api.schemas.fields import Told
from api.schemas.problems import FieldProblemSchema


class StepsEstimateSchema(Schema):
    """How many optimizer steps a training would take."""

    steps = fields.Integer(allow_none=True)
    basis = Told(metadata={"description": "What the number rests on, or why there is none."})


class MemoryEstimateSchema(Schema):
    """How much memory each GPU would need."""

    bytes_per_gpu = fields.Integer(allow_none=True)
    basis = Told(metadata={"description": "What the number rests on, or why there is none."})


class DryRunSchema(Schema):
    """What is known about a job before it is submitted. Nothing was written."""

    valid = fields.Boolean(attribute="ok")
    errors = fields.List(fields.Nested(FieldProblemSchema), attribute="problems")
    notes = fields.List(Told(), metadata={"description": "What could not be checked here."})
    command = fields.List(
        fields.String(), metadata={"description": "What a node would run after its interpreter; empty with errors."}
    )
    steps = fields.Nested(StepsEstimateSchema)
    memory = fields.Nested(MemoryEstimateSchema)
