"""/training/queue: what waits."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.problems import ProblemSchema
from api.schemas.queue import QueueItemSchema, QueueQuerySchema, QueueSchema
from api.services.outlook import QueueItem, queue_items, waiting_item
from api.views.cursors import decode_cursor, encode_cursor

blp = Blueprint("queue", __name__, description="What waits for GPUs.")

_KIND = "queue"


@blp.route("/queue")
class Queue(MethodView):
    @blp.arguments(QueueQuerySchema, location="query")
    @blp.response(200, QueueSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Show the queue, the next one first, each with the reason it waits."""
        limit = query["limit"]
        behind = decode_cursor(query["cursor"], _KIND, int, int) if query["cursor"] else None
        items, total = queue_items(services(), limit + 1, behind)
        shown = items[:limit]
        last = shown[-1].job if len(items) > limit else None
        cursor = encode_cursor(_KIND, last.priority, last.sequence) if last else None
        return {"total_queued": total, "queue_items": shown, "next_cursor": cursor}


@blp.route("/queue/<job_id:job_id>/status")
class QueueStatus(MethodView):
    @blp.response(200, QueueItemSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found, not_queued")
    def get(self, job_id: str) -> QueueItem:
        """Show one waiting job's place and outlook."""
        return waiting_item(services(), job_id)
