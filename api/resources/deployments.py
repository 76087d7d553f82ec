"""/deploy/jobs: submit, show, list, start, stop, delete, follow."""

from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.conditional import not_modified, wanted_revision
from api.edge.idempotency import HEADER_PARAMETER, sent_idempotency_key
from api.edge.services import services
from api.live.changes import changed_job
from api.manual.header_parameters import reads_headers
from api.resources.events import JobEvents
from api.resources.logs import JobLogs
from api.schemas.deployments import (
    DeploymentActionSchema,
    DeploymentEditSchema,
    DeploymentListQuerySchema,
    DeploymentListSchema,
    DeploymentSchema,
    DeploymentStatusSchema,
)
from api.schemas.jobs import StopQuerySchema
from api.schemas.live import ETAG, IF_MATCH, IF_NONE_MATCH, ChangeQuerySchema
from api.schemas.new_deployments import NEW_DEPLOYMENT_EXAMPLES, NewDeploymentAnswerSchema, NewDeploymentSchema
from api.schemas.problems import ProblemSchema
from api.schemas.traffic import TrafficSchema
from api.services.deployments import delete, deploy, scale, start, stop
from api.services.listing import page_of_jobs
from api.services.outlook import with_outlook
from api.services.usage import DeploymentUsage, usage_of
from api.views.deployments import new_deployment_view
from api.views.etags import job_etag
from api.views.jobs import behind, job_list_view
from common.job_specs import JobKind
from common.jobs import Job
from deploy.steering import get_deployment

blp = Blueprint("deployments", __name__, description="Models that are served.")


@blp.route("/jobs")
class Deployments(MethodView):
    @blp.arguments(NewDeploymentSchema, examples=NEW_DEPLOYMENT_EXAMPLES)
    @blp.response(201, NewDeploymentAnswerSchema)
    @blp.alt_response(409, schema=ProblemSchema, description="state_conflict: its job has no model, its port is leased")
    @reads_headers(HEADER_PARAMETER)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Serve a model.

        It waits for its GPUs and a port by priority, then its server starts; it is `running` once it answers. Another
        version of the same name goes on until then. The gateway's `/v1` answers for the name; `api_key` is only for
        those who ask the server itself.
        """
        return new_deployment_view(deploy(services(), body, g.actor, sent_idempotency_key()))

    @blp.arguments(DeploymentListQuerySchema, location="query")
    @blp.response(200, DeploymentListSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List deployments, newest first."""
        page, size, status = query["page"], query["size"], query["status"]
        found = page_of_jobs(services(), JobKind.DEPLOY, status, page, size, behind=behind(query))
        return job_list_view(query, found)


@blp.route("/jobs/<string:job_id>")
class DeploymentById(MethodView):
    @blp.arguments(ChangeQuerySchema, location="query")
    @blp.response(200, DeploymentSchema, headers=ETAG)
    @blp.alt_response(304, description="It is still as the ETag in If-None-Match says.")
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    @reads_headers(IF_NONE_MATCH)
    def get(self, query: dict[str, Any], job_id: str) -> Any:
        """Show one deployment; with `wait`, as soon as it changes."""
        job = changed_job(job_id, query)
        return not_modified(job) or (job, 200, {"ETag": job_etag(job)})

    @blp.arguments(DeploymentEditSchema, example={"replicas": 2})
    @blp.response(200, DeploymentSchema, headers=ETAG)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    @blp.alt_response(
        409, schema=ProblemSchema, description="state_conflict: its replicas are deployments of their own"
    )
    @blp.alt_response(412, schema=ProblemSchema, description="revision_mismatch: it was changed since")
    @reads_headers(IF_MATCH)
    def patch(self, body: dict[str, Any], job_id: str) -> Any:
        """Scale a deployment that runs in Kubernetes or in a cloud.

        With If-Match only if it is still as that ETag says.
        """
        seen = get_deployment(services().store, job_id)
        job = scale(services(), seen, body["replicas"], g.actor, wanted_revision(seen))
        return job, 200, {"ETag": job_etag(job)}

    @blp.response(204)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    @blp.alt_response(409, schema=ProblemSchema, description="state_conflict: a node of it does not answer")
    def delete(self, job_id: str) -> None:
        """Forget a deployment and its logs, with its replicas, at once. The model stays.

        What runs of it is ended behind the answer; nobody sees it, and nobody is routed to it, meanwhile.
        """
        delete(services(), job_id, g.actor)


@blp.route("/jobs/<string:job_id>/status")
class DeploymentStatus(MethodView):
    @blp.response(200, DeploymentStatusSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    def get(self, job_id: str) -> Job:
        """Show a deployment's state, port and endpoint; while it waits, why."""
        return with_outlook(services(), get_deployment(services().store, job_id))


@blp.route("/jobs/<string:job_id>/metrics")
class DeploymentMetrics(MethodView):
    @blp.response(200, TrafficSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    def get(self, job_id: str) -> DeploymentUsage:
        """Show what it was asked through the gateway: requests, errors, tokens, time."""
        return usage_of(services(), job_id)


@blp.route("/jobs/<string:job_id>/start")
class DeploymentStart(MethodView):
    @blp.response(200, DeploymentActionSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    def post(self, job_id: str) -> dict[str, Any]:
        """Start a deployment that is held, was stopped or has failed, with its replicas."""
        message = start(services(), job_id, g.actor)
        return {"job_id": job_id, "status": services().store.jobs.get(job_id).state, "message": message}


@blp.route("/jobs/<string:job_id>/stop")
class DeploymentStop(MethodView):
    @blp.arguments(StopQuerySchema, location="query")
    @blp.response(200, DeploymentActionSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    @blp.alt_response(409, schema=ProblemSchema, description="state_conflict: by force, but it runs on a platform")
    def post(self, query: dict[str, Any], job_id: str) -> dict[str, Any]:
        """End a deployment with its replicas: their processes get time, then they are killed. Twice is fine."""
        message, state = stop(services(), job_id, g.actor, force=query["force"])
        return {"job_id": job_id, "status": state, "message": message}


@blp.route("/jobs/<string:job_id>/logs")
class DeploymentLogs(JobLogs):
    """What its server printed."""


@blp.route("/jobs/<string:job_id>/events")
class DeploymentEvents(JobEvents):
    """What happened to it."""
