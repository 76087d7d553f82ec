"""A deployment in answers."""

from marshmallow import Schema, fields, validate

from api.schemas.fields import Sentence, StrictSchema, Told, WholeNumber, size_text
from api.schemas.job_fields import constraints_of
from api.schemas.jobs import MOMENT, OPTIONAL_TEXT, TEXT, RefusalSchema, places_field
from api.schemas.live import cursor_field, next_cursor_field
from common.clock import iso
from common.deployments import Target
from common.jobs import Job
from common.states import DEPLOYMENT_ARROWS, JobState

STATES = sorted({target.value for _, target in DEPLOYMENT_ARROWS.values()})


def is_healthy(job: Job) -> bool:
    return job.state is JobState.RUNNING and job.served.unhealthy_since is None


class DeploymentStatusSchema(Schema):
    """A deployment's state."""

    job_id = fields.String(attribute="id")
    status = fields.String(attribute="state", metadata={"enum": STATES})
    deploy_port = fields.Integer(attribute="served.port", allow_none=True)
    created_at = fields.Function(lambda job: iso(job.created_at), metadata=MOMENT)
    started_at = fields.Function(lambda job: iso(job.started_at), metadata=MOMENT)
    ready_at = fields.Function(lambda job: iso(job.served.ready_at), metadata=MOMENT)
    completed_at = fields.Function(lambda job: iso(job.ended_at), metadata=MOMENT)
    process_id = fields.Integer(allow_none=True)
    deploy_type = fields.String(attribute="spec.task_type")
    endpoint = fields.String(
        attribute="served.endpoint", metadata={"description": "Ends in /v1; empty while it does not answer."}
    )
    node = fields.String(metadata={"description": "The first of its `places`; of one beyond our nodes its platform."})
    places = places_field()
    healthy = fields.Function(is_healthy, metadata={"type": "boolean"})
    unhealthy_since = fields.Function(lambda job: iso(job.served.unhealthy_since), metadata=MOMENT)
    restarts = fields.Integer(
        attribute="served.restarts", metadata={"description": "Since its server last answered for long."}
    )
    reason = fields.String()
    message = Told()
    revision = fields.Integer(metadata={"description": "Grows with each change."})


class DeploymentSchema(DeploymentStatusSchema):
    """A deployment."""

    name = fields.String(attribute="spec.serving.name")
    version = fields.String(attribute="spec.serving.version")
    description = fields.String(attribute="spec.serving.description")
    deploy_target = fields.String(
        attribute="spec.serving.target", metadata={"enum": [target.value for target in Target]}
    )
    error_message = fields.Function(
        lambda job: Sentence(job.message) if job.state is JobState.FAILED else None, metadata=OPTIONAL_TEXT
    )
    model_path = fields.String(attribute="spec.model_path")
    source_job_id = fields.String(attribute="spec.serving.source_job_id")
    checkpoint = fields.String(
        attribute="spec.serving.checkpoint",
        metadata={"description": "Which of that training's was asked for; empty for the one that it took."},
    )
    adapters = fields.Dict(attribute="spec.serving.adapters")
    infer_backend = fields.String(attribute="spec.serving.infer_backend")
    max_model_len = fields.Integer(attribute="spec.serving.max_model_len", allow_none=True)
    resources = fields.Function(
        lambda job: {
            "memory": size_text(job.spec.serving.memory_mib),
            "gpu_memory": size_text(job.spec.serving.gpu_memory_mib),
        },
        metadata={"type": "object"},
    )
    gpus = fields.Integer(attribute="spec.gpus")
    gpu_id = fields.Function(lambda job: ",".join(job.gpu_ids), metadata=TEXT)
    priority = fields.Integer()
    owner = fields.String(metadata={"description": "Whose key asked for it."})
    project = fields.String()
    replica = fields.Integer(attribute="spec.serving.replica")
    replicas = fields.Integer(attribute="spec.serving.replicas")
    attempt = fields.Integer()
    refused_by = fields.List(
        fields.Nested(RefusalSchema),
        metadata={"description": "Nodes that could not start it, and are not asked again."},
    )
    held = fields.Boolean()
    task_id = fields.String(metadata={"description": "The Celery task, as Flower shows it."})
    extra_args = fields.Dict(attribute="spec.extra_args")
    env = fields.Dict(attribute="spec.env")
    constraints = fields.Function(lambda job: constraints_of(job.spec), metadata={"type": "object"})
    platform = fields.Dict(attribute="spec.serving.platform")
    metadata = fields.Dict(attribute="spec.metadata")
    log_file_path = fields.String()
    queued_at = fields.Function(lambda job: iso(job.queued_at), metadata=MOMENT)
    cancel_requested_at = fields.Function(lambda job: iso(job.cancel_requested_at), metadata=MOMENT)


class DeploymentListQuerySchema(Schema):
    """Which page of the deployments, newest first."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))
    size = fields.Integer(load_default=10, validate=validate.Range(min=1, max=100))
    status = fields.String(load_default=None, validate=validate.OneOf(STATES))
    cursor = cursor_field()


class DeploymentListSchema(Schema):
    """One page of deployments; each replica is one."""

    jobs = fields.List(fields.Nested(DeploymentSchema))
    total = fields.Integer()
    page = fields.Integer()
    size = fields.Integer()
    next_cursor = next_cursor_field()


class DeploymentEditSchema(StrictSchema):
    """What may be changed of a deployment on a platform beyond our nodes."""

    replicas = WholeNumber(required=True, validate=validate.Range(min=1, max=64))


class DeploymentActionSchema(Schema):
    """What became of starting or stopping."""

    job_id = fields.String(required=True)
    status = fields.String(required=True)
    message = Told(required=True)


class AddToQueueQuerySchema(Schema):
    """What to change of a deployment that enters the queue."""

    port = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1024, max=65535))
    priority = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=0, max=10))


class VersionSchema(Schema):
    """One version of a model."""

    version = fields.String(attribute="name")
    deployments = fields.List(fields.Nested(DeploymentStatusSchema))


class ModelSchema(Schema):
    """A model name and which version answers for it."""

    name = fields.String()
    project = fields.String()
    active = fields.String(metadata={"description": "The version that answers; empty before the first does."})
    wanted = fields.String(metadata={"description": "The version that takes over as soon as it answers."})
    previous = fields.String(metadata={"description": "The version that a roll back leads to."})
    changed_at = fields.Function(lambda model: iso(model.changed_at), metadata=MOMENT)


class ModelDetailSchema(Schema):
    """A model with all its versions."""

    model = fields.Nested(ModelSchema)
    versions = fields.List(fields.Nested(VersionSchema))


class ModelListSchema(Schema):
    """All models that have deployments."""

    models = fields.List(fields.Nested(ModelSchema))
    total = fields.Integer()


class RollBackSchema(Schema):
    """Where to go."""

    version = fields.String(load_default="", metadata={"description": "By default the one before."})


class RolledBackSchema(Schema):
    """What became of it."""

    name = fields.String()
    version = fields.String()
    active = fields.String()
    took_over = fields.Boolean(metadata={"description": "False: it takes over as soon as it answers."})
    message = Told()
