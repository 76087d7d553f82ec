"""/training/jobs/{id}/metrics: what ms-swift logged, step by step."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.metrics_history import MetricsQuerySchema, MetricsSchema
from api.schemas.problems import ProblemSchema
from api.views.cursors import decode_cursor, encode_cursor

blp = Blueprint("metrics_history", __name__, description="The job's numbers over time.")

_KIND = "metrics"


@blp.route("/jobs/<job_id:job_id>/metrics")
class JobMetrics(MethodView):
    @blp.arguments(MetricsQuerySchema, location="query")
    @blp.response(200, MetricsSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    def get(self, query: dict[str, Any], job_id: str) -> dict[str, Any]:
        """Show the records of a job's training, oldest first.

        Each has an index for ever: the oldest ones are dropped when there are too many. To read on while the job runs,
        ask again with `index=<next_index>`.
        """
        store = services().store
        store.jobs.get(job_id)
        index = decode_cursor(query["cursor"], _KIND, int)[0] if query["cursor"] else query["index"]
        part = store.logs.metrics_from(job_id, index, query["limit"])
        next_index = part.start + len(part.records)
        return {
            "job_id": job_id,
            "metrics": part.records,
            "first_index": part.start,
            "next_index": next_index,
            "oldest_index": part.first,
            "total": part.total,
            "next_cursor": encode_cursor(_KIND, next_index) if next_index < part.total else None,
        }
