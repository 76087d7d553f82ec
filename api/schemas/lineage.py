"""Lineage: where a model comes from and what became of it."""

from marshmallow import Schema, fields

from api.schemas.fields import Told
from api.schemas.job_fields import data_field
from api.schemas.jobs import MOMENT
from common.clock import iso
from common.jobs import Exported, Job
from deploy.lineage import Lineage


class TrainingSchema(Schema):
    """The training that made the model."""

    job_id = fields.String(attribute="id")
    status = fields.String(attribute="state")
    method = fields.String(attribute="spec.training.method")
    model_path = fields.String(attribute="spec.model_path")
    data_path = data_field(attribute="spec.training.data_path")
    completed_at = fields.Function(lambda job: iso(job.ended_at), metadata=MOMENT)
    node = fields.String()
    checkpoint_path = fields.String()


class ExportSchema(Schema):
    """A model that was made of the checkpoint: by the training itself, or by an export that was asked for."""

    job_id = fields.String(attribute="id")
    status = fields.String(attribute="state")
    checkpoint_path = fields.String()
    path = fields.String(attribute="exported.export_path")
    error = Told(attribute="exported.export_error")
    exported_at = fields.Function(lambda job: iso(job.exported.exported_at), metadata=MOMENT)


class ServedSchema(Schema):
    """A deployment of it."""

    job_id = fields.String(attribute="id")
    source_job_id = fields.String(attribute="spec.serving.source_job_id")
    name = fields.String(attribute="spec.serving.name")
    version = fields.String(attribute="spec.serving.version")
    status = fields.String(attribute="state")
    model_path = fields.String(attribute="spec.model_path")
    endpoint = fields.String(attribute="served.endpoint")


class RelativeSchema(Schema):
    """A job that this line went on from, or that went on from it; `field` is where the later one named the earlier."""

    field = fields.String()
    job_id = fields.String()
    status = fields.String(attribute="job.state", dump_default=None, allow_none=True)


def exports_of(lineage: Lineage) -> list[Job]:
    """The training's own export first, if it made one: newer ones, which were asked for, may have taken its place."""
    training, paths = lineage.training, {job.exported.export_path for job in lineage.exports}
    if training and (exported := training.exported).own_export_path:
        path, at = exported.own_export_path, exported.own_exported_at
        training = training.evolve(exported=Exported(export_path=path, exported_at=at))
    is_own = training and training.exported.export_path and training.exported.export_path not in paths
    return [*([training] if training and is_own else []), *lineage.exports]


class LineageSchema(Schema):
    """Data set, training, checkpoint, exports and deployments that belong together."""

    dataset = data_field(
        attribute="training.spec.training.data_path",
        allow_none=True,
        dump_default=None,
        metadata={"description": "What was trained on, one data set or several; null where no training is known."},
    )
    training = fields.Nested(TrainingSchema, allow_none=True)
    checkpoint = fields.Function(
        lambda lineage: lineage.training.checkpoint_path or None if lineage.training else None,
        metadata={"type": ["string", "null"]},
    )
    exports = fields.Function(
        lambda lineage: ExportSchema(many=True).dump(exports_of(lineage)),
        metadata={"type": "array", "items": {"type": "object"}},
    )
    deployments = fields.List(fields.Nested(ServedSchema))
    parents = fields.List(
        fields.Nested(RelativeSchema),
        metadata={"description": "What the training went on from; `status` is null of what was deleted since."},
    )
    children = fields.List(
        fields.Nested(RelativeSchema), metadata={"description": "Trainings that went on from it, or from its exports."}
    )
