"""/training/jobs: submit, show, list, stop, delete."""

from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from api.idempotency import HEADER_PARAMETER, sent_idempotency_key
from api.schemas.jobs import JobActionSchema, JobListQuerySchema, JobListSchema, JobSchema
from api.schemas.new_job_examples import NEW_JOB_EXAMPLES
from api.schemas.new_jobs import NewJobAnswerSchema, NewJobSchema
from api.schemas.problems import ProblemSchema
from api.services import services
from api.services.stopping import delete, stop
from api.services.submission import submit
from api.views import job_list_view, submission_view
from common.jobs import Job
from common.states import JobState

blp = Blueprint("jobs", __name__, description="Training jobs.")


@blp.route("/jobs")
class Jobs(MethodView):
    @blp.arguments(NewJobSchema, examples=NEW_JOB_EXAMPLES)
    @blp.response(201, NewJobAnswerSchema)
    @blp.alt_response(409, schema=ProblemSchema, description="job_id_taken")
    @blp.alt_response(503, schema=ProblemSchema, description="store_unavailable; nothing was accepted")
    @blp.doc(parameters=[HEADER_PARAMETER])
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Submit a training job.

        It waits for GPUs by priority, then runs, and by default ends with the adapter merged into the model.
        With an Idempotency-Key the same request makes one job, however often it is sent.
        """
        return submission_view(submit(services(), body, g.actor, sent_idempotency_key()))

    @blp.arguments(JobListQuerySchema, location="query")
    @blp.response(200, JobListSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List jobs, newest first."""
        return job_list_view(services(), query["page"], query["size"], query["status"])


@blp.route("/jobs/<string:job_id>")
class JobById(MethodView):
    @blp.response(200, JobSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    def get(self, job_id: str) -> Job:
        """Show one job."""
        return services().store.jobs.get(job_id)

    @blp.response(204)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    @blp.alt_response(409, schema=ProblemSchema, description="state_conflict: it is still being stopped")
    def delete(self, job_id: str) -> None:
        """Forget a job and its logs; a running one is stopped first. Its files stay where they are."""
        delete(services(), job_id, g.actor)


@blp.route("/jobs/<string:job_id>/stop")
class JobStop(MethodView):
    @blp.response(200, JobActionSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    @blp.alt_response(409, schema=ProblemSchema, description="job_already_final")
    def post(self, job_id: str) -> dict[str, Any]:
        """Cancel a job, for good. Twice is fine."""
        return {"job_id": job_id, "status": JobState.CANCELLED, "message": stop(services(), job_id, g.actor)}
