"""The body and the answer of POST /training/jobs."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate

from api.schemas.fields import (
    WHOLE_SECONDS,
    MemorySize,
    Number,
    StrictSchema,
    Told,
    TrueOrFalse,
    WholeNumber,
    WholeText,
    name_text,
)
from api.schemas.job_fields import (
    PATH,
    ConstraintsSchema,
    data_field,
    environment_field,
    extra_args_field,
    metadata_field,
)
from api.schemas.new_deployments import DeploySettingsSchema
from api.schemas.params import LlmParamsSchema, MllmParamsSchema
from common.ids import JOB_ID_PATTERN, NAME_PATTERN, RESERVED_IDS
from common.job_specs import OnNodeLost, TaskType
from common.swift.options import METHODS
from common.trainings import MIN_ROWS_USED

TASK_TYPES = {
    "llm": TaskType.LLM,
    "language_model": TaskType.LLM,
    "mllm": TaskType.MLLM,
    "multimodal": TaskType.MLLM,
}
# Of the fields, which is an option of ms-swift besides.
VAL_DATASET, ADAPTERS = "val_dataset", "adapters"
_ONE_NODE = "Must be 1: in this version a job runs on one node; for more GPUs send gpus."


def _seconds(least: int, description: str) -> WholeNumber:
    return WholeNumber(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=least, max=366 * 24 * 3600),
        error_messages={"invalid": WHOLE_SECONDS},
        metadata={"description": description},
    )


def forms_in(body: dict[str, Any]) -> list[TaskType]:
    """Of which kinds it has parameters, the older form apart."""
    return [kind for kind in TaskType if body.get(f"{kind}_params") is not None]


class JobIdText(WholeText):
    """An id that a user chooses; says what to do about one that would stand where the API has a path of its own."""

    def __init__(self) -> None:
        super().__init__(JOB_ID_PATTERN, error=name_text(NAME_PATTERN, 64).error)

    def __call__(self, value: Any) -> Any:
        if value in RESERVED_IDS:
            raise ValidationError(f"Is a path of the API itself; choose another, such as {value}-1.")
        return super().__call__(value)


class NewJobSchema(StrictSchema):
    """A training to run."""

    task_type = fields.String(load_default="multimodal", validate=validate.OneOf(list(TASK_TYPES)))
    data_path = data_field(
        required=True,
        metadata={
            "description": "What is trained on: a path, an id on a hub or an uploaded data set, or a list of these, "
            "which are joined.",
            "example": "AI-ModelScope/coco#20000",
        },
    )
    val_dataset = data_field(
        load_default=None,
        allow_none=True,
        metadata={"description": "What is evaluated on, in the same forms; the same as `val_dataset` in extra_args."},
    )
    model_path = fields.String(
        required=True,
        validate=PATH,
        metadata={
            "example": "Qwen/Qwen2.5-7B-Instruct",
            "description": "A path on the nodes, an id on a hub, or the id of a training or export: the model it made.",
        },
    )
    output_dir = fields.String(required=True, validate=PATH, metadata={"example": "output/training_001"})
    adapters = fields.List(
        fields.String(validate=PATH),
        load_default=list,
        validate=validate.Length(max=8),
        metadata={
            "description": "The adapter that the training goes on with: a path on the nodes, or the id of a training "
            "that left one, on the same model. The same as extra_args.adapters."
        },
    )
    resume_from = fields.String(
        load_default=None,
        allow_none=True,
        validate=PATH,
        metadata={
            "description": "The id of a training that has ended: this one starts from its last complete checkpoint, "
            "with the optimizer's state where it left one."
        },
    )
    priority = WholeNumber(
        load_default=0,
        validate=validate.Range(min=0, max=10),
        metadata={"description": "0 to 10; 10 goes first, equal ones in order of submission."},
    )
    llm_params = fields.Nested(LlmParamsSchema, load_default=None, allow_none=True)
    mllm_params = fields.Nested(MllmParamsSchema, load_default=None, allow_none=True)
    train_params = fields.Dict(
        keys=fields.String(),
        load_default=None,
        allow_none=True,
        metadata={"description": "The older form: llm_params or mllm_params, whichever the task type selects."},
    )
    job_id = fields.String(
        load_default=None,
        allow_none=True,
        validate=JobIdText(),
        metadata={"description": "Without it, the last part of output_dir, with a suffix when that is taken."},
    )
    gpus = WholeNumber(load_default=1, validate=validate.Range(min=1, max=64))
    nodes = WholeNumber(
        load_default=1,
        validate=validate.Range(min=1, max=1, error=_ONE_NODE),
        metadata={"description": "How many nodes it runs on: in this version 1."},
    )
    gpu_memory = MemorySize(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "The memory that each of its GPUs has to have in all, at least. The same as "
            "constraints.min_memory_mib; of the two the larger counts."
        },
    )
    method = fields.String(load_default="sft", validate=validate.OneOf(list(METHODS)))
    extra_args = extra_args_field()
    auto_start = fields.Boolean(load_default=True, metadata={"description": "False keeps it pending until `start`."})
    time_limit = _seconds(1, description="Seconds of training after which it is ended with reason time_limit.")
    start_timeout = _seconds(1, description="Seconds until its first step, after which it is ended with reason hung.")
    hang_after = _seconds(
        0,
        description="Seconds without a step after which it is ended with reason hung and tried again; 0: never. "
        "Without it the nodes' setting counts.",
    )
    retries = WholeNumber(
        load_default=0,
        validate=validate.Range(min=0, max=10),
        metadata={"description": "How often to try again after the job's own failure."},
    )
    on_node_lost = fields.String(load_default="wait", validate=validate.OneOf([policy.value for policy in OnNodeLost]))
    export = fields.Boolean(load_default=True, metadata={"description": "Merge the adapter into the model when done."})
    min_rows_used = Number(
        load_default=MIN_ROWS_USED,
        validate=validate.Range(min=0, max=1),
        metadata={
            "description": "The share of its rows that has to be usable: below it a training is refused or ended with "
            "reason data_dropped, above it what is not used is told."
        },
    )
    resumable = TrueOrFalse(
        load_default=True,
        metadata={
            "description": "Keep one checkpoint with the optimizer's state besides, for another attempt to go on from; "
            "of full training where the disk has room."
        },
    )
    env = environment_field()
    constraints = fields.Nested(
        ConstraintsSchema,
        load_default=dict,
        metadata={"description": "Which nodes and GPUs may be taken; without it, any."},
    )
    deploy = fields.Nested(
        DeploySettingsSchema,
        load_default=None,
        allow_none=True,
        metadata={"description": "Serve the model when it is done; named like the job unless it says otherwise."},
    )
    metadata = metadata_field()

    @pre_load
    def take_the_type_from_the_form(self, data: Any, **_: Any) -> Any:
        """Parameters of a language model alone say what is trained; a body that has none stays multimodal."""
        if isinstance(data, dict) and "task_type" not in data and forms_in(data) == [TaskType.LLM]:
            return {**data, "task_type": TaskType.LLM.value}
        return data

    @pre_load
    def refuse_options_twice(self, data: Any, **_: Any) -> Any:
        extra_args = data.get("extra_args") if isinstance(data, dict) else None
        for name in (VAL_DATASET, ADAPTERS):
            if isinstance(extra_args, dict) and data.get(name) and name in extra_args:
                raise ValidationError({name: ["Send it either here or in extra_args, not both."]})
        return data

    @pre_load
    def refuse_two_forms(self, data: Any, **_: Any) -> Any:
        if isinstance(data, dict) and data.get("train_params") is not None:
            for form in ("llm_params", "mllm_params"):
                if data.get(form) is not None:
                    raise ValidationError({"train_params": [f"Send either train_params or {form}, not both."]})
        return data


class NewJobAnswerSchema(Schema):
    """What became of a submission; some only when it has to wait."""

    job_id = fields.String(required=True)
    status = fields.String(required=True)
    message = Told(required=True)
    queue_position = fields.Integer(metadata={"description": "1 goes next."})
    estimated_wait_time = Told(metadata={"description": "To read; what it rests on included."})
    estimated_start_at = fields.String(allow_none=True)
    reason = fields.String()
    server_api_key = fields.String(
        metadata={"description": "With `deploy`: the key of the server to come; shown this once."}
    )
    notes = fields.List(Told(), metadata={"description": "What was sent and does not count."})
