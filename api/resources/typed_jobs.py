"""/training/llm/jobs, /training/mllm/jobs and /training/v2/jobs."""

from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.idempotency import HEADER_PARAMETER, sent_idempotency_key
from api.edge.services import services
from api.edge.unread import when_read
from api.manual.header_parameters import reads_headers
from api.schemas.new_job_examples import NEW_JOB_V2_EXAMPLES, typed_example
from api.schemas.new_jobs import NewJobAnswerSchema
from api.schemas.problems import ProblemSchema
from api.schemas.typed_jobs import NewJobV2Schema, NewLlmJobSchema, NewMllmJobSchema
from api.services.jobs import of_type, submit
from api.views.jobs import submission_view
from common.job_specs import TaskType

blp = Blueprint("typed_jobs", __name__, description="Training jobs of one type.")


@blp.route("/llm/jobs")
class LlmJobs(MethodView):
    @blp.arguments(NewLlmJobSchema, example=typed_example(TaskType.LLM))
    @blp.response(201, NewJobAnswerSchema)
    @blp.alt_response(409, schema=ProblemSchema, description="job_id_taken")
    @blp.alt_response(503, schema=ProblemSchema, description="store_unavailable; send it again")
    @reads_headers(HEADER_PARAMETER)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Submit the training of a language model."""
        return _submit(of_type(TaskType.LLM, body), "params")


@blp.route("/mllm/jobs")
class MllmJobs(MethodView):
    @blp.arguments(NewMllmJobSchema, example=typed_example(TaskType.MLLM))
    @blp.response(201, NewJobAnswerSchema)
    @blp.alt_response(409, schema=ProblemSchema, description="job_id_taken")
    @blp.alt_response(503, schema=ProblemSchema, description="store_unavailable; send it again")
    @reads_headers(HEADER_PARAMETER)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Submit the training of a multimodal model."""
        return _submit(of_type(TaskType.MLLM, body), "params")


@blp.route("/v2/jobs")
class JobsV2(MethodView):
    @blp.arguments(NewJobV2Schema, examples=NEW_JOB_V2_EXAMPLES)
    @blp.response(201, NewJobAnswerSchema)
    @blp.alt_response(409, schema=ProblemSchema, description="job_id_taken")
    @blp.alt_response(503, schema=ProblemSchema, description="store_unavailable; send it again")
    @reads_headers(HEADER_PARAMETER)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Submit a training; parameters of the type that was not selected are ignored, and the answer says so."""
        return _submit({**body, "train_params": None})


def _submit(body: dict[str, Any], params_field: str = "") -> dict[str, Any]:
    key = sent_idempotency_key()
    return submission_view(when_read(lambda: submit(services(), body, g.actor, key, params_field)))
