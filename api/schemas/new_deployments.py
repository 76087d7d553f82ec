"""The body and the answer of POST /deploy/jobs, and `deploy` in a training job."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from api.schemas.fields import MemorySize, StrictSchema, Told, WholeNumber, WholeText, model_name_text, name_text
from api.schemas.job_fields import (
    PATH,
    ConstraintsSchema,
    checkpoint_field,
    environment_field,
    extra_args_field,
    metadata_field,
    no_longer_than,
)
from common.deployments import InferBackend, Target
from common.job_specs import TaskType

DEPLOY_TYPES = [kind.value for kind in TaskType]
VERSION_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}$"
API_KEY_PATTERN = r"^[!-~]{16,256}$"
_PLATFORM_MAX_KIB = 16

NEW_DEPLOYMENT_EXAMPLES: dict[str, dict[str, Any]] = {
    "training": {
        "summary": "What a training job made",
        "value": {"model_path": "training_001", "name": "support-bot"},
    },
    "document": {
        "summary": "A folder, with a version and resources",
        "value": {
            "model_path": "output/multimodal_001",
            "deploy_target": "local",
            "deploy_type": "mllm",
            "version": "v1.0.0",
            "resources": {"memory": "8GB", "gpu_memory": "16GB"},
        },
    },
    "vllm": {
        "summary": "A hub model on two GPUs with vLLM, two replicas",
        "value": {
            "model_path": "Qwen/Qwen2.5-7B-Instruct",
            "infer_backend": "vllm",
            "gpus": 2,
            "replicas": 2,
            "max_model_len": 8192,
        },
    },
}


class ResourcesSchema(StrictSchema):
    """What a deployment takes of a machine."""

    memory = MemorySize(
        load_default=None,
        allow_none=True,
        metadata={"description": "Main memory; only k8s and cloud set it aside."},
    )
    gpu_memory = MemorySize(
        load_default=None,
        allow_none=True,
        metadata={"description": "A part of one GPU, which others may share; without it, whole GPUs."},
    )


class DeploySettingsSchema(StrictSchema):
    """How a model is to be served."""

    name = fields.String(
        load_default=None,
        allow_none=True,
        validate=model_name_text(),
        metadata={
            "description": "The model name that clients ask for; it may have one slash, as team/bot. "
            "By default the training's id, or the folder's name."
        },
    )
    version = fields.String(
        load_default=None,
        allow_none=True,
        validate=name_text(VERSION_PATTERN, 64, "_.+-"),
        metadata={"description": "By default v1, v2 and so on. A new version takes over when it answers."},
    )
    description = fields.String(
        load_default="",
        validate=validate.Length(max=1000),
        metadata={"description": "To read: what it is for, whom to ask."},
    )
    deploy_target = fields.String(load_default="local", validate=validate.OneOf([target.value for target in Target]))
    resources = fields.Nested(ResourcesSchema, load_default=lambda: {"memory": None, "gpu_memory": None})
    port = WholeNumber(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1024, max=65535),
        metadata={"description": "The port it has to have; without it, one of the node's range."},
    )
    gpus = WholeNumber(load_default=1, validate=validate.Range(min=1, max=64))
    priority = WholeNumber(load_default=0, validate=validate.Range(min=0, max=10))
    infer_backend = fields.String(
        load_default="transformers", validate=validate.OneOf([backend.value for backend in InferBackend])
    )
    adapters = fields.Dict(
        keys=fields.String(validate=model_name_text()),
        values=fields.String(validate=PATH),
        load_default=dict,
        validate=validate.Length(max=64),
        metadata={
            "description": "Further model names, each with the folder of its adapter for this base.",
        },
    )
    checkpoint = checkpoint_field()
    max_model_len = WholeNumber(load_default=None, allow_none=True, validate=validate.Range(min=1, max=2**24))
    api_key = fields.String(
        load_default=None,
        allow_none=True,
        load_only=True,
        validate=WholeText(API_KEY_PATTERN, error="Must be 16 to 256 letters, digits or marks, without blanks."),
        metadata={"description": "The key of its server; by default a fresh one, shown once in the answer."},
    )
    replicas = WholeNumber(load_default=1, validate=validate.Range(min=1, max=64))
    extra_args = extra_args_field()
    env = environment_field()
    constraints = fields.Nested(
        ConstraintsSchema,
        load_default=dict,
        metadata={"description": "Which nodes and GPUs may be taken; without it, any."},
    )
    platform = fields.Dict(
        keys=fields.String(),
        load_default=dict,
        validate=no_longer_than(_PLATFORM_MAX_KIB),
        metadata={"description": "Options of the Kubernetes or cloud target."},
    )
    auto_start = fields.Boolean(load_default=True, metadata={"description": "False keeps it pending until `start`."})
    metadata = metadata_field()

    @validates_schema
    def check_together(self, data: dict[str, Any], **_: Any) -> None:
        if data["port"] and data["replicas"] > 1:
            raise ValidationError({"port": ["Only one of several replicas could have it: leave it out."]})
        if data["resources"].get("gpu_memory") and data["gpus"] > 1:
            raise ValidationError(
                {"resources": {"gpu_memory": ["Is a part of one GPU: leave it out, or take gpus 1."]}}
            )
        if data["deploy_target"] == "local" and data["platform"]:
            raise ValidationError({"platform": ["Only the targets k8s and cloud have options."]})


class NewDeploymentSchema(DeploySettingsSchema):
    """A model to serve."""

    model_path = fields.String(
        required=True,
        validate=PATH,
        metadata={
            "example": "training_001",
            "description": "A training job's id, its output_dir, a folder below an allowed root, or a hub id.",
        },
    )
    deploy_type = fields.String(load_default="llm", validate=validate.OneOf(DEPLOY_TYPES))


class NewDeploymentAnswerSchema(Schema):
    """What became of the request; some only when it has to wait."""

    job_id = fields.String(required=True)
    status = fields.String(required=True)
    port = fields.Integer(allow_none=True, required=True, metadata={"description": "Null until one is leased."})
    message = Told(required=True)
    name = fields.String()
    version = fields.String()
    api_key = fields.String(metadata={"description": "Of the server itself; shown this once."})
    replica_ids = fields.List(fields.String())
    queue_position = fields.Integer()
    estimated_wait_time = Told()
    estimated_start_at = fields.String(allow_none=True)
    reason = fields.String()
