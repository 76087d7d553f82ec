"""/training/jobs/{id}/logs."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from api.schemas.job_feeds import LogsQuerySchema, LogsSchema
from api.schemas.problems import ProblemSchema
from api.services import services
from api.services.feeds import log_from, log_lines

blp = Blueprint("logs", __name__, description="What the job printed.")


@blp.route("/jobs/<string:job_id>/logs")
class JobLogs(MethodView):
    @blp.arguments(LogsQuerySchema, location="query")
    @blp.response(200, LogsSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    def get(self, query: dict[str, Any], job_id: str) -> dict[str, Any]:
        """Show the newest lines of a job's log or, with `offset`, its text from that byte on.

        To follow a log, ask again with `offset=<next_offset>` until `end` is true.
        """
        job = services().store.jobs.get(job_id)
        if query["offset"] is not None:
            return log_from(services(), job, query["offset"], query["attempt"])
        return log_lines(services(), job, query["limit"], query["attempt"])
