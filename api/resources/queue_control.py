"""/training/queue/process, DELETE /training/queue/{id} and /training/queue/processor."""

from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.problems import ProblemSchema
from api.schemas.queue_control import MessageSchema, ProcessedQueueSchema, ProcessorStatusSchema
from api.services.queue_control import (
    process_queue,
    processor_status,
    remove_from_queue,
    start_processor,
    stop_processor,
)

blp = Blueprint("queue_control", __name__, description="Steering the queue.")


@blp.route("/queue/process")
class QueueProcess(MethodView):
    @blp.response(200, ProcessedQueueSchema)
    def post(self) -> dict[str, Any]:
        """Look at the queue now: one scheduling pass, and its true result."""
        return process_queue(services())


@blp.route("/queue/<job_id:job_id>")
class QueueById(MethodView):
    @blp.response(200, MessageSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found, not_queued")
    def delete(self, job_id: str) -> dict[str, Any]:
        """Take a job out of the queue and hold it, to be started again or deleted."""
        return {"message": remove_from_queue(services(), job_id, g.actor)}


@blp.route("/queue/processor/start")
class ProcessorStart(MethodView):
    @blp.response(200, MessageSchema)
    def post(self) -> dict[str, Any]:
        """Let waiting jobs be placed again."""
        return {"message": start_processor(services(), g.actor)}


@blp.route("/queue/processor/stop")
class ProcessorStop(MethodView):
    @blp.response(200, MessageSchema)
    def post(self) -> dict[str, Any]:
        """Place nothing more; what runs goes on. It stays so over restarts."""
        return {"message": stop_processor(services(), g.actor)}


@blp.route("/queue/processor/status")
class ProcessorStatus(MethodView):
    @blp.response(200, ProcessorStatusSchema)
    def get(self) -> dict[str, Any]:
        """Show whether jobs are placed, since when not and by whom, and what the last pass did."""
        return processor_status(services())
