"""/training/jobs/{id}/events."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from api.schemas.job_feeds import EventsQuerySchema, EventsSchema
from api.schemas.problems import ProblemSchema
from api.services import services

blp = Blueprint("events", __name__, description="What happened to the job.")


@blp.route("/jobs/<string:job_id>/events")
class JobEvents(MethodView):
    @blp.arguments(EventsQuerySchema, location="query")
    @blp.response(200, EventsSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    def get(self, query: dict[str, Any], job_id: str) -> dict[str, Any]:
        """Show a job's newest events, oldest of them first."""
        store = services().store
        store.jobs.get(job_id)
        events, total = store.events.newest(job_id, query["limit"])
        return {"job_id": job_id, "events": events, "total": total}
