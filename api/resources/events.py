"""/training/jobs/{id}/events."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.live.feeds import START_OF_EVENTS, EventFeed
from api.live.long_poll import wait_for_more
from api.live.stream import stream, wants_stream
from api.manual.header_parameters import reads_headers
from api.schemas.job_feeds import EventsQuerySchema, EventsSchema
from api.schemas.live import STREAM, STREAM_PARAMETERS
from api.schemas.problems import ProblemSchema
from api.services.events import events_of
from api.views.events import before, event_page

blp = Blueprint("events", __name__, description="What happened to the job.")


@blp.route("/jobs/<job_id:job_id>/events")
class JobEvents(MethodView):
    @blp.arguments(EventsQuerySchema, location="query")
    @blp.response(200, EventsSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    @blp.alt_response(503, schema=ProblemSchema, description="store_unavailable, streams_full")
    @reads_headers(*STREAM_PARAMETERS)
    @blp.doc(responses=STREAM)
    def get(self, query: dict[str, Any], job_id: str) -> Any:
        """Show a job's newest events, oldest of them first; with `after`, the first ones after that event.

        `cursor` goes back to older ones. With `wait` and `after` the answer comes as soon as there is another one. As
        `text/event-stream`: an `event` for each, `end` when the job has ended.
        """
        services().store.jobs.get(job_id)
        if wants_stream():
            return stream(job_id, EventFeed(), query["after"] or START_OF_EVENTS)
        if query["wait"]:
            wait_for_more(job_id, EventFeed(), query["after"], query["wait"])
            services().store.jobs.get(job_id)
        limit, after = query["limit"] + 1, query["after"]
        found = events_of(services(), job_id, limit, after=after, before="" if after else before(query))
        return event_page(job_id, query, *found)
