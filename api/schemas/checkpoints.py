"""The checkpoints of a training."""

from marshmallow import Schema, fields


class CheckpointSchema(Schema):
    """One checkpoint, as it lies on its node's disk."""

    name = fields.String()
    path = fields.String()
    step = fields.Integer()
    epoch = fields.Float(allow_none=True)
    loss = fields.Float(allow_none=True, metadata={"description": "As it was logged last before."})
    evaluation = fields.Dict(
        keys=fields.String(),
        values=fields.Float(),
        metadata={"description": "What was evaluated at its step, as ms-swift calls it; empty when nothing was."},
    )
    size_bytes = fields.Integer()
    resumable = fields.Boolean(
        metadata={"description": "Whether a training can go on from it: its optimizer's state is there."}
    )
    is_best = fields.Boolean()
    is_last = fields.Boolean()
    attempt = fields.Integer()
    node = fields.String()


class CheckpointsSchema(Schema):
    """All checkpoints of a job, attempt by attempt, fewest steps first."""

    job_id = fields.String()
    checkpoints = fields.List(fields.Nested(CheckpointSchema))
    total = fields.Integer(metadata={"description": "With those of very many that are not listed, the oldest."})
    checkpoint_path = fields.String(metadata={"description": "The one that the training took; empty before its end."})
    metric_for_best_model = fields.String(metadata={"description": "What both metrics are of; empty before its end."})
    best_metric = fields.Float(allow_none=True)
    last_metric = fields.Float(allow_none=True)
