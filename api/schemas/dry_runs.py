"""The answer of a dry run, POST /training/jobs/validate."""

from marshmallow import Schema, fields

from api.schemas.fields import Told
from api.schemas.problems import FieldProblemSchema
from common.job_specs import TaskType


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
    task_type = fields.String(
        metadata={"description": "What it is taken for.", "enum": [kind.value for kind in TaskType]}
    )
    model_task_type = fields.String(
        allow_none=True,
        metadata={"description": "What the model is, as its config.json tells; null where that cannot be seen."},
    )
    errors = fields.List(fields.Nested(FieldProblemSchema), attribute="problems")
    notes = fields.List(
        Told(),
        metadata={"description": "What could not be checked here, how it was read, and what of it does not count."},
    )
    command = fields.List(
        fields.String(), metadata={"description": "What a node would run after its interpreter; empty with errors."}
    )
    steps = fields.Nested(StepsEstimateSchema)
    memory = fields.Nested(MemoryEstimateSchema)
