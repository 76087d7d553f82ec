"""Where a model comes from and what became of it."""

from marshmallow import Schema, fields

from api.schemas.fields import Told
from api.schemas.jobs import MOMENT
from common.clock import iso
from common.jobs import Job
from deploy.lineage import Lineage


class TrainingSchema(Schema):
    """The training that made the model."""

    job_id = fields.String(attribute="id")
    status = fields.String(attribute="state")
    method = fields.String(attribute="spec.method")
    model_path = fields.String(attribute="spec.model_path")
    data_path = fields.String(attribute="spec.data_path")
    completed_at = fields.Function(lambda job: iso(job.ended_at), metadata=MOMENT)
    node = fields.String()
    checkpoint_path = fields.String()


class ExportSchema(Schema):
    """A model that was made of the checkpoint: by the training itself, or by an export that was asked for."""

    job_id = fields.String(attribute="id")
    status = fields.String(attribute="state")
    path = fields.String(attribute="export_path")
    error = Told(attribute="export_error")
    exported_at = fields.Function(lambda job: iso(job.exported_at), metadata=MOMENT)


class ServedSchema(Schema):
    """A deployment of it."""

    job_id = fields.String(attribute="id")
    source_job_id = fields.String(attribute="spec.deploy.source_job_id")
    name = fields.String(attribute="spec.deploy.name")
    version = fields.String(attribute="spec.deploy.version")
    status = fields.String(attribute="state")
    model_path = fields.String(attribute="spec.model_path")
    endpoint = fields.String()


def exports_of(lineage: Lineage) -> list[Job]:
    """The training's own export first, if it made one: newer ones, which were asked for, may have taken its place."""
    training, paths = lineage.training, {job.export_path for job in lineage.exports}
    if training and training.own_export_path:
        path, at = training.own_export_path, training.own_exported_at
        training = training.evolve(export_path=path, exported_at=at, export_error="")
    own = [training] if training and training.export_path and training.export_path not in paths else []
    return [*own, *lineage.exports]


class LineageSchema(Schema):
    """Data set, training, checkpoint, exports and deployments that belong together."""

    dataset = fields.Function(
        lambda lineage: lineage.training.spec.data_path if lineage.training else None,
        metadata={"type": ["string", "null"]},
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
