"""A job in answers: whole, in lists, as status and as progress."""

from dataclasses import asdict
from typing import Any

from marshmallow import INCLUDE, Schema, fields, post_dump, validate

from api.schemas.fields import Sentence, StrictSchema, Told, WholeNumber
from api.schemas.job_fields import constraints_of, data_field
from api.schemas.job_rows import UnusedRowsSchema
from api.schemas.live import cursor_field, next_cursor_field
from api.schemas.then_deploy import then_deploy
from common.clock import iso
from common.exports import Export
from common.job_specs import JobKind
from common.jobs import Job
from common.states import JOB_STATES, JobState

# What a computed field is, for the OpenAPI document.
TEXT = {"type": "string"}
OPTIONAL_TEXT = {"type": ["string", "null"]}
OPTIONAL_NUMBER = {"type": ["number", "null"]}
MOMENT = {"type": ["string", "null"], "format": "date-time"}


def training_seconds(job: Job) -> float | None:
    if job.started_at is None or job.ended_at is None:
        return None
    return round((job.ended_at - job.started_at).total_seconds(), 3)


def export_as(job: Job) -> dict[str, Any] | None:
    """What an export by hand makes; nothing of it for a training."""
    if not isinstance(job.spec.work, Export):
        return None
    wanted = {**asdict(job.spec.work.wanted), "checkpoint": job.spec.work.other_checkpoint}
    return {name: value for name, value in wanted.items() if value not in (None, "", {})}


class JobActionSchema(Schema):
    """The answer to stop and its like."""

    job_id = fields.String(required=True)
    status = fields.String(required=True)
    message = Told(required=True)


class StopQuerySchema(Schema):
    """How to stop."""

    force = fields.Boolean(
        load_default=False,
        metadata={
            "description": "End the record now though its node does not answer. Its GPUs stay leased until the node "
            "has proved that nothing of it runs, or was declared lost."
        },
    )


class JobEditSchema(StrictSchema):
    """What may be changed of a job that waits."""

    def about_unknown(self, name: str) -> str:
        return "only the priority of a job can be changed; for anything else delete it and submit another"

    priority = WholeNumber(required=True, validate=validate.Range(min=0, max=10))


class DeleteQuerySchema(Schema):
    """Whether its files go with it."""

    files = fields.Boolean(
        load_default=False,
        metadata={"description": "Remove what its attempts left on the nodes' disks, too."},
    )


class DeletedJobsSchema(Schema):
    """What became of deleting all jobs."""

    success = fields.Boolean()
    deleted_count = fields.Integer()
    failed_count = fields.Integer()
    total_count = fields.Integer()
    message = Told()


class ProgressDetailSchema(Schema):
    """The newest numbers ms-swift logged, and of the merge behind it; percent and remaining are of the whole job."""

    step = fields.Integer()
    max_steps = fields.Integer()
    percent = fields.Float()
    epoch = fields.Float(allow_none=True)
    loss = fields.Float(allow_none=True)
    learning_rate = fields.Float(allow_none=True)
    grad_norm = fields.Float(allow_none=True)
    token_acc = fields.Float(allow_none=True)
    elapsed_seconds = fields.Integer(allow_none=True)
    remaining_seconds = fields.Integer(allow_none=True)
    seconds_per_step = fields.Float(allow_none=True)
    memory_gib = fields.Float(allow_none=True)
    merge_seconds = fields.Integer(
        allow_none=True, metadata={"description": "How long the merge behind the training may take."}
    )
    merge_elapsed_seconds = fields.Integer(
        allow_none=True, metadata={"description": "How long it goes on already; null before it began."}
    )


def places_field() -> "fields.List[Any]":
    """Of what is placed, or was when it ended."""
    return fields.List(fields.Nested(PlaceSchema), metadata={"description": "Its nodes, with its GPUs on each."})


class RefusalSchema(Schema):
    """What a node said that could not run a job, before anything was started."""

    node = fields.String()
    reason = fields.String()
    message = Told()


class PlaceSchema(Schema):
    """What a job has of one node."""

    node = fields.String()
    gpu_ids = fields.List(fields.String(), metadata={"description": "The uuids of its GPUs there."})


class JobSchema(Schema):
    """A job. Each training parameter is there flat, too."""

    class Meta:
        unknown = INCLUDE  # in the document: further properties

    id = fields.Function(lambda job: job.id, metadata=TEXT)
    job_id = fields.String(attribute="id")
    kind = fields.String(attribute="spec.kind", metadata={"enum": [JobKind.TRAIN.value, JobKind.EXPORT.value]})
    status = fields.String(attribute="state", metadata={"enum": [state.value for state in JOB_STATES]})
    reason = fields.String()
    message = Told()
    error_message = fields.Function(
        lambda job: Sentence(job.message) if job.state is JobState.FAILED else None, metadata=OPTIONAL_TEXT
    )
    task_type = fields.String(attribute="spec.task_type")
    trainer_type = fields.Function(lambda job: job.spec.task_type, metadata=TEXT)
    method = fields.String(attribute="spec.training.method")
    priority = fields.Integer()
    owner = fields.String(metadata={"description": "Whose key asked for it."})
    project = fields.String()
    attempt = fields.Integer()
    revision = fields.Integer(metadata={"description": "Grows with each change but that of its numbers."})
    refused_by = fields.List(
        fields.Nested(RefusalSchema),
        metadata={"description": "Nodes that could not start it, and are not asked again."},
    )
    phase = fields.String(allow_none=True)
    held = fields.Boolean()
    node = fields.String(metadata={"description": "The first of its `places`."})
    places = places_field()
    gpus = fields.Integer(attribute="spec.gpus")
    gpu_id = fields.Function(lambda job: ",".join(job.gpu_ids), metadata=TEXT)
    task_id = fields.String(metadata={"description": "The Celery task, as Flower shows it."})
    created_at = fields.Function(lambda job: iso(job.created_at), metadata=MOMENT)
    queued_at = fields.Function(lambda job: iso(job.queued_at), metadata=MOMENT)
    assigned_at = fields.Function(lambda job: iso(job.assigned_at), metadata=MOMENT)
    started_at = fields.Function(lambda job: iso(job.started_at), metadata=MOMENT)
    completed_at = fields.Function(lambda job: iso(job.ended_at), metadata=MOMENT)
    cancel_requested_at = fields.Function(lambda job: iso(job.cancel_requested_at), metadata=MOMENT)
    data_path = data_field(
        attribute="spec.training.data_path", metadata={"description": "One data set or several, as they were sent."}
    )
    val_dataset = fields.Function(
        lambda job: job.spec.extra_args.get("val_dataset"),
        metadata={"description": "What is evaluated on, as it was sent; null without such data."},
    )
    model_path = fields.String(attribute="spec.model_path")
    output_dir = fields.String(attribute="spec.training.output_dir")
    train_params = fields.Dict(attribute="spec.training.params")
    extra_args = fields.Dict(attribute="spec.extra_args")
    env = fields.Dict(attribute="spec.env")
    constraints = fields.Function(lambda job: constraints_of(job.spec), metadata={"type": "object"})
    metadata = fields.Dict(attribute="spec.metadata")
    deploy = fields.Function(then_deploy, metadata={"type": ["object", "null"]})
    process_id = fields.Integer(allow_none=True)
    log_file_path = fields.String()
    progress = fields.Float(attribute="percent")
    progress_detail = fields.Nested(ProgressDetailSchema, allow_none=True)
    stalled_since = fields.Function(
        lambda job: iso(job.stalled_since),
        metadata={**MOMENT, "description": "When a training that makes no step any more was last seen making one."},
    )
    min_rows_used = fields.Float(attribute="spec.training.min_rows_used")
    resumable = fields.Boolean(attribute="spec.training.resumable")
    rows_given = fields.Integer(
        attribute="rows.given",
        allow_none=True,
        dump_default=None,
        metadata={"description": "Rows of the data to train on; null until they were read."},
    )
    rows_used = fields.Integer(attribute="rows.used", allow_none=True, dump_default=None)
    rows_dropped = fields.List(fields.Nested(UnusedRowsSchema), attribute="rows.dropped", dump_default=list)
    links = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Where its run is to be seen, by tracker: an address, or a folder on its node."},
    )
    final_loss = fields.Function(
        lambda job: job.progress.loss if job.progress and job.is_final else None, metadata=OPTIONAL_NUMBER
    )
    training_time = fields.Function(training_seconds, metadata=OPTIONAL_NUMBER)
    checkpoint_path = fields.String(
        metadata={"description": "The checkpoint that a training took: its last, or its best where it asked for that."}
    )
    last_checkpoint = fields.String(attribute="checkpoints.last_checkpoint")
    last_metric = fields.Float(attribute="checkpoints.last_metric", allow_none=True)
    best_checkpoint = fields.String(
        attribute="checkpoints.best_checkpoint",
        metadata={"description": "What ms-swift called best; empty when nothing was evaluated."},
    )
    best_metric = fields.Float(attribute="checkpoints.best_metric", allow_none=True)
    metric_for_best_model = fields.String(
        attribute="checkpoints.metric_for_best_model", metadata={"description": "What both metrics are of."}
    )
    export_completed = fields.Function(lambda job: job.exported.exported_at is not None, metadata={"type": "boolean"})
    export_time = fields.Function(lambda job: iso(job.exported.exported_at), metadata=MOMENT)
    export_path = fields.String(attribute="exported.export_path")
    export_error = Told(attribute="exported.export_error")
    export_job_id = fields.String(
        attribute="exported.export_job_id",
        metadata={"description": "The last export that was asked for by hand."},
    )
    earlier_jobs = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        attribute="spec.earlier_jobs",
        metadata={
            "description": "Jobs that it goes on from, by the field that named them: `model_path`, `adapters`, "
            "`resume_from`."
        },
    )
    source_job_id = fields.String(
        attribute="spec.source_job_id", metadata={"description": "What an export starts from; empty for a training."}
    )
    export_as = fields.Function(
        export_as, metadata={"type": ["object", "null"], "description": "What an export makes; null for a training."}
    )
    deploy_job_id = fields.String(
        metadata={"description": "The deployment that its `deploy` made, once it did; of several replicas the first."}
    )
    deploy_port = fields.Integer(
        attribute="served.port",
        allow_none=True,
        metadata={"description": "Where that deployment listens, while it does."},
    )

    @post_dump(pass_original=True)
    def add_params_flat(self, data: dict[str, Any], job: Job, **_: Any) -> dict[str, Any]:
        return {**job.spec.training.params, **data}


class JobListQuerySchema(Schema):
    """Which page of the jobs, newest first."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))
    size = fields.Integer(load_default=10, validate=validate.Range(min=1, max=100))
    status = fields.String(load_default=None, validate=validate.OneOf([state.value for state in JOB_STATES]))
    kind = fields.String(
        load_default=str(JobKind.TRAIN),
        validate=validate.OneOf([JobKind.TRAIN.value, JobKind.EXPORT.value]),
        metadata={"description": "Trainings, or the exports that were asked for by hand."},
    )
    cursor = cursor_field()


class JobListSchema(Schema):
    """One page of jobs."""

    jobs = fields.List(fields.Nested(JobSchema))
    total = fields.Integer()
    page = fields.Integer()
    size = fields.Integer()
    next_cursor = next_cursor_field()


class JobStatusSchema(Schema):
    """A job's state and newest numbers."""

    job_id = fields.String(attribute="id")
    status = fields.String(attribute="state")
    progress = fields.Float(attribute="percent")
    current_epoch = fields.Float(attribute="progress.epoch", allow_none=True, dump_default=None)
    current_step = fields.Integer(attribute="progress.step", allow_none=True, dump_default=None)
    loss = fields.Float(attribute="progress.loss", allow_none=True, dump_default=None)
    learning_rate = fields.Float(attribute="progress.learning_rate", allow_none=True, dump_default=None)
    gpu_memory_usage = fields.Float(attribute="progress.memory_gib", allow_none=True, dump_default=None)
    estimated_time_remaining = fields.Integer(
        attribute="remaining_seconds", allow_none=True, metadata={"description": "Seconds; 0 for a job that has ended."}
    )
    stalled_since = fields.Function(
        lambda job: iso(job.stalled_since),
        metadata={**MOMENT, "description": "When a training that makes no step any more was last seen making one."},
    )
    created_at = fields.Function(lambda job: iso(job.created_at), metadata=MOMENT)
    started_at = fields.Function(lambda job: iso(job.started_at), metadata=MOMENT)
    completed_at = fields.Function(lambda job: iso(job.ended_at), metadata=MOMENT)
    export_completed = fields.Function(lambda job: job.exported.exported_at is not None, metadata={"type": "boolean"})
    export_time = fields.Function(lambda job: iso(job.exported.exported_at), metadata=MOMENT)
    export_path = fields.String(attribute="exported.export_path")
    export_error = Told(attribute="exported.export_error")
    reason = fields.String()
    revision = fields.Integer()


class JobProgressSchema(Schema):
    """How far a job is."""

    job_id = fields.String()
    progress = fields.Float(metadata={"description": "0 to 100, two decimals."})
    estimated_time_remaining = fields.String(metadata={"description": "To read."})
    status = fields.String()
    phase = fields.String(allow_none=True)
    revision = fields.Integer()
    detail = fields.Nested(ProgressDetailSchema, allow_none=True)
