"""Trainer types, their parameters and defaults."""

from marshmallow import Schema, fields, validate

from api.schemas.fields import Told
from common.job_specs import TaskType


class TrainerQuerySchema(Schema):
    """Which trainer type; all of them without it."""

    trainer_type = fields.String(load_default=None, validate=validate.OneOf([kind.value for kind in TaskType]))


class TrainerDefaultsSchema(Schema):
    """The default parameters of one trainer type."""

    trainer_type = fields.String()
    default_params = fields.Dict(keys=fields.String())
    description = Told()


class AvailableTypeSchema(Schema):
    """The same, in a list of all types."""

    type = fields.String()
    default_params = fields.Dict(keys=fields.String())
    description = Told()


class DefaultParamsSchema(TrainerDefaultsSchema):
    """With the query one type's fields, without it `available_types`."""

    available_types = fields.List(fields.Nested(AvailableTypeSchema))


class SupportedTypeSchema(Schema):
    """A trainer type, with all names that it goes by."""

    type = fields.String()
    task_types = fields.List(fields.String())
    params_model = fields.String()
    description = Told()


class SupportedTypesSchema(Schema):
    """All trainer types, and what the older names stand for."""

    supported_types = fields.List(fields.Nested(SupportedTypeSchema))
    backward_compatibility = fields.Dict(keys=fields.String(), values=Told())


class DifferentDefaultSchema(Schema):
    """One parameter's default in each type."""

    llm = fields.Raw()
    mllm = fields.Raw()


class ParamsComparisonSchema(Schema):
    """What LLM and MLLM parameters share (with the default), what each has alone, what differs in its default."""

    shared = fields.Dict(keys=fields.String())
    llm_only = fields.Dict(keys=fields.String())
    mllm_only = fields.Dict(keys=fields.String())
    different_defaults = fields.Dict(keys=fields.String(), values=fields.Nested(DifferentDefaultSchema))
