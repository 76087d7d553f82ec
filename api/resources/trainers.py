"""/training/…/params/default, /supported-types and /v2/params/compare."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from api.schemas.problems import ProblemSchema
from api.schemas.trainers import (
    DefaultParamsSchema,
    ParamsComparisonSchema,
    SupportedTypesSchema,
    TrainerDefaultsSchema,
    TrainerQuerySchema,
)
from api.services.trainers import all_defaults, compare_params, supported_types, trainer_defaults
from common.job_specs import TaskType

blp = Blueprint("trainers", __name__, description="What can be trained, and with which parameters.")


@blp.route("/params/default")
class DefaultParams(MethodView):
    @blp.arguments(TrainerQuerySchema, location="query")
    @blp.response(200, DefaultParamsSchema)
    @blp.alt_response(422, schema=ProblemSchema, description="invalid_input: no such trainer type")
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Show the default parameters of one trainer type, or of all."""
        wanted = query["trainer_type"]
        return trainer_defaults(TaskType(wanted)) if wanted else all_defaults()


@blp.route("/llm/params/default")
class LlmDefaultParams(MethodView):
    @blp.response(200, TrainerDefaultsSchema)
    def get(self) -> dict[str, Any]:
        """Show the default parameters of LLM training."""
        return trainer_defaults(TaskType.LLM)


@blp.route("/mllm/params/default")
class MllmDefaultParams(MethodView):
    @blp.response(200, TrainerDefaultsSchema)
    def get(self) -> dict[str, Any]:
        """Show the default parameters of MLLM training."""
        return trainer_defaults(TaskType.MLLM)


@blp.route("/supported-types")
class SupportedTypes(MethodView):
    @blp.response(200, SupportedTypesSchema)
    def get(self) -> dict[str, Any]:
        """List the trainer types and all names they go by."""
        return supported_types()


@blp.route("/v2/supported-types")
class SupportedTypesV2(SupportedTypes):
    """The same under its newer path."""


@blp.route("/v2/params/compare")
class CompareParams(MethodView):
    @blp.response(200, ParamsComparisonSchema)
    def get(self) -> dict[str, Any]:
        """Compare the parameters of LLM and MLLM training."""
        return compare_params()
