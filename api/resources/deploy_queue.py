"""/deploy/queue: the deployments that wait."""

from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.deployments import AddToQueueQuerySchema
from api.schemas.problems import ProblemSchema
from api.schemas.queue import QueueSchema
from api.schemas.queue_control import MessageSchema
from api.services.deployments import add_to_queue, leave_queue
from api.services.outlook import waiting_deployments

blp = Blueprint("deploy_queue", __name__, description="Deployments that wait for their place.")


@blp.route("/queue")
class DeployQueue(MethodView):
    @blp.response(200, QueueSchema)
    def get(self) -> dict[str, Any]:
        """Show the deployments that wait, each with its position among all that waits, and the reason."""
        items = waiting_deployments(services())
        return {"total_queued": len(items), "queue_items": items, "next_cursor": None}


@blp.route("/queue/<string:job_id>/add")
class DeployQueueAdd(MethodView):
    @blp.arguments(AddToQueueQuerySchema, location="query")
    @blp.response(200, MessageSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found, not_queued: it is on its way already")
    @blp.alt_response(409, schema=ProblemSchema, description="state_conflict: it was placed meanwhile")
    def post(self, query: dict[str, Any], job_id: str) -> dict[str, Any]:
        """Let a deployment that is held, or has ended, wait for its place, with this port and priority."""
        return {"message": add_to_queue(services(), job_id, query["port"], query["priority"], g.actor)}


@blp.route("/queue/<string:job_id>")
class DeployQueueById(MethodView):
    @blp.response(200, MessageSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found, not_queued")
    def delete(self, job_id: str) -> dict[str, Any]:
        """Take a deployment and its replicas out of the queue and hold them, to be started again or deleted."""
        return {"message": leave_queue(services(), job_id, g.actor)}
