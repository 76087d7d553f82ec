"""The bodies of the endpoints whose path, or whose task type alone, says which parameters count."""

from marshmallow import fields

from api.schemas.new_jobs import NewJobSchema
from api.schemas.params import LlmParamsSchema, MllmParamsSchema

_FORMS = ("llm_params", "mllm_params", "train_params")


class NewLlmJobSchema(NewJobSchema):
    """A training of a language model."""

    class Meta(NewJobSchema.Meta):
        exclude = ("task_type", *_FORMS)

    params = fields.Nested(LlmParamsSchema, load_default=None, allow_none=True)


class NewMllmJobSchema(NewJobSchema):
    """A training of a multimodal model."""

    class Meta(NewJobSchema.Meta):
        exclude = ("task_type", *_FORMS)

    params = fields.Nested(MllmParamsSchema, load_default=None, allow_none=True)


class NewJobV2Schema(NewJobSchema):
    """A training with both kinds of parameters at hand: the task type selects, the other kind is ignored."""

    class Meta(NewJobSchema.Meta):
        exclude = ("train_params",)
