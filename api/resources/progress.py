"""/training/jobs/{id}/status and /progress."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from api.schemas.jobs import JobProgressSchema, JobStatusSchema
from api.schemas.problems import ProblemSchema
from api.services import services
from api.services.feeds import progress
from common.jobs import Job

blp = Blueprint("progress", __name__, description="How far a job is.")


@blp.route("/jobs/<string:job_id>/status")
class JobStatus(MethodView):
    @blp.response(200, JobStatusSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    def get(self, job_id: str) -> Job:
        """Show a job's state and its newest numbers."""
        return services().store.jobs.get(job_id)


@blp.route("/jobs/<string:job_id>/progress")
class JobProgress(MethodView):
    @blp.response(200, JobProgressSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    def get(self, job_id: str) -> dict[str, Any]:
        """Show how far a job is."""
        return progress(services().store.jobs.get(job_id))
