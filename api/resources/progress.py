"""/training/jobs/{id}/status and /progress."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.conditional import not_modified
from api.edge.services import services
from api.live.changes import changed_job
from api.live.feeds import ProgressFeed
from api.live.stream import stream, wants_stream
from api.manual.header_parameters import reads_headers
from api.schemas.jobs import JobProgressSchema, JobStatusSchema
from api.schemas.live import ETAG, IF_NONE_MATCH, STREAM, STREAM_PARAMETERS, ChangeQuerySchema
from api.schemas.problems import ProblemSchema
from api.views.etags import job_etag
from api.views.progress import progress_view

blp = Blueprint("progress", __name__, description="How far a job is.")


@blp.route("/jobs/<job_id:job_id>/status")
class JobStatus(MethodView):
    @blp.arguments(ChangeQuerySchema, location="query")
    @blp.response(200, JobStatusSchema, headers=ETAG)
    @blp.alt_response(304, description="It is still as the ETag in If-None-Match says.")
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    @reads_headers(IF_NONE_MATCH)
    def get(self, query: dict[str, Any], job_id: str) -> Any:
        """Show a job's state and its newest numbers; with `wait`, as soon as they change."""
        job = changed_job(job_id, query)
        return not_modified(job) or (job, 200, {"ETag": job_etag(job)})


@blp.route("/jobs/<job_id:job_id>/progress")
class JobProgress(MethodView):
    @blp.arguments(ChangeQuerySchema, location="query")
    @blp.response(200, JobProgressSchema, headers=ETAG)
    @blp.alt_response(304, description="It is still as the ETag in If-None-Match says.")
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    @blp.alt_response(503, schema=ProblemSchema, description="store_unavailable, streams_full")
    @reads_headers(IF_NONE_MATCH, *STREAM_PARAMETERS)
    @blp.doc(responses=STREAM)
    def get(self, query: dict[str, Any], job_id: str) -> Any:
        """Show how far a job is; with `wait`, as soon as that changes.

        As `text/event-stream`: `progress` whenever it changes, `end` when the job has ended.
        """
        if wants_stream():
            services().store.jobs.get(job_id)
            return stream(job_id, ProgressFeed(), "")
        job = changed_job(job_id, query)
        return not_modified(job) or (progress_view(job), 200, {"ETag": job_etag(job)})
