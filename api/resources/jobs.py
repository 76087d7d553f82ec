"""/training/jobs: submit, show, list, edit, start, stop, delete."""

from dataclasses import replace
from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.conditional import not_modified, wanted_revision
from api.edge.idempotency import HEADER_PARAMETER, sent_idempotency_key
from api.edge.services import services
from api.edge.unread import when_read
from api.live.changes import changed_job
from api.manual.header_parameters import reads_headers
from api.schemas.jobs import (
    DeletedJobsSchema,
    DeleteQuerySchema,
    JobActionSchema,
    JobEditSchema,
    JobListQuerySchema,
    JobListSchema,
    JobSchema,
    StopQuerySchema,
)
from api.schemas.live import ETAG, IF_MATCH, IF_NONE_MATCH, ChangeQuerySchema
from api.schemas.new_job_examples import NEW_JOB_EXAMPLES
from api.schemas.new_jobs import NewJobAnswerSchema, NewJobSchema
from api.schemas.problems import ProblemSchema
from api.services.jobs import submit_as_typed
from api.services.listing import page_of_jobs, with_ports
from api.services.steering import delete, delete_all, reprioritise, start, stop
from api.views.etags import job_etag
from api.views.jobs import behind, deleted_view, job_list_view, start_view, submission_view
from common.job_specs import JobKind
from common.states import JobState

blp = Blueprint("jobs", __name__, description="Training jobs.")


@blp.route("/jobs")
class Jobs(MethodView):
    @blp.arguments(NewJobSchema, examples=NEW_JOB_EXAMPLES)
    @blp.response(201, NewJobAnswerSchema)
    @blp.alt_response(409, schema=ProblemSchema, description="job_id_taken")
    @blp.alt_response(503, schema=ProblemSchema, description="store_unavailable; send it again")
    @reads_headers(HEADER_PARAMETER)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Submit a training job.

        It waits for GPUs by priority, then runs, and by default ends with the adapter merged into the model.
        With an Idempotency-Key the same request makes one job, however often it is sent.
        """
        key = sent_idempotency_key()
        return submission_view(when_read(lambda: submit_as_typed(services(), body, g.actor, key)))

    @blp.arguments(JobListQuerySchema, location="query")
    @blp.response(200, JobListSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List jobs, newest first.

        `next_cursor` leads through all of them, each once, whatever is submitted or deleted meanwhile; with a cursor
        `page` does not count.
        """
        kind, status = JobKind(query["kind"]), query["status"]
        found = page_of_jobs(services(), kind, status, query["page"], query["size"], behind=behind(query))
        return job_list_view(query, replace(found, jobs=with_ports(services(), found.jobs)))

    @blp.response(200, DeletedJobsSchema)
    @blp.alt_response(409, schema=ProblemSchema, description="state_conflict: jobs hold GPUs; they are named")
    def delete(self) -> dict[str, Any]:
        """Forget all jobs and their logs, waiting ones too. Their files stay where they are."""
        return deleted_view(delete_all(services(), g.actor))


@blp.route("/jobs/<job_id:job_id>")
class JobById(MethodView):
    @blp.arguments(ChangeQuerySchema, location="query")
    @blp.response(200, JobSchema, headers=ETAG)
    @blp.alt_response(304, description="It is still as the ETag in If-None-Match says.")
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    @reads_headers(IF_NONE_MATCH)
    def get(self, query: dict[str, Any], job_id: str) -> Any:
        """Show one job; with `wait`, as soon as it changes."""
        job = changed_job(job_id, query)
        (shown,) = with_ports(services(), [job])
        # The port of what it was deployed as comes and goes without a trace in its own record.
        unchanged = None if job.deploy_job_id else not_modified(job)
        return unchanged or (shown, 200, {"ETag": job_etag(job)})

    @blp.arguments(JobEditSchema, example={"priority": 9})
    @blp.response(200, JobSchema, headers=ETAG)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    @blp.alt_response(409, schema=ProblemSchema, description="state_conflict: it does not wait any more")
    @blp.alt_response(412, schema=ProblemSchema, description="revision_mismatch: it was changed since")
    @reads_headers(IF_MATCH)
    def patch(self, body: dict[str, Any], job_id: str) -> Any:
        """Change the priority of a waiting job, in place: among equals it keeps its turn.

        With If-Match it is changed only if it is still as that ETag says; progress made meanwhile does not count.
        """
        seen = services().store.jobs.get(job_id)
        job = reprioritise(services(), seen, body["priority"], g.actor, wanted_revision(seen))
        (shown,) = with_ports(services(), [job])
        return shown, 200, {"ETag": job_etag(job)}

    @blp.arguments(DeleteQuerySchema, location="query")
    @blp.response(204)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    @blp.alt_response(
        409, schema=ProblemSchema, description="state_conflict: its node does not answer, or its files are in use"
    )
    def delete(self, query: dict[str, Any], job_id: str) -> None:
        """Forget a job and its logs, at once. Its files stay where they are.

        What runs of it is ended behind the answer; nobody sees it meanwhile, and its id is free after that. With
        `files=true` its files go: the nodes that have them remove its attempts' folders (checkpoints, merged models,
        exports) and their logs, at once or when they are back. Nothing else in `output_dir` is touched. While a
        deployment, or a training or an export that has not ended, uses any of it, this answers 409 and names them.
        """
        delete(services(), job_id, g.actor, files=query["files"])


@blp.route("/jobs/<job_id:job_id>/start")
class JobStart(MethodView):
    @blp.response(200, NewJobAnswerSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    @blp.alt_response(409, schema=ProblemSchema, description="job_already_final")
    def post(self, job_id: str) -> dict[str, Any]:
        """Release a held job and look at the queue now. A job on its way answers how far it is."""
        return start_view(start(services(), job_id, g.actor))


@blp.route("/jobs/<job_id:job_id>/stop")
class JobStop(MethodView):
    @blp.arguments(StopQuerySchema, location="query")
    @blp.response(200, JobActionSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    @blp.alt_response(409, schema=ProblemSchema, description="job_already_final")
    def post(self, query: dict[str, Any], job_id: str) -> dict[str, Any]:
        """Cancel a job, for good. Twice is fine."""
        message = stop(services(), job_id, g.actor, force=query["force"])
        return {"job_id": job_id, "status": JobState.CANCELLED, "message": message}
