"""/training/jobs/{id}/logs."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.live.feeds import LogFeed
from api.live.long_poll import wait_for_change
from api.live.stream import stream, wants_stream
from api.manual.header_parameters import reads_headers
from api.schemas.job_feeds import LogsQuerySchema, LogsSchema
from api.schemas.live import STREAM, STREAM_PARAMETERS
from api.schemas.problems import ProblemSchema
from api.services.logs import log_from, log_lines
from common.store.pulses import Pulse

blp = Blueprint("logs", __name__, description="What the job printed.")


@blp.route("/jobs/<job_id:job_id>/logs")
class JobLogs(MethodView):
    @blp.arguments(LogsQuerySchema, location="query")
    @blp.response(200, LogsSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    @blp.alt_response(503, schema=ProblemSchema, description="store_unavailable, streams_full")
    @reads_headers(*STREAM_PARAMETERS)
    @blp.doc(responses=STREAM)
    def get(self, query: dict[str, Any], job_id: str) -> Any:
        """Show the newest lines of a job's log or, with `offset`, its text from that byte on.

        To follow a log, ask again with `offset=<next_offset>` until `end` is true; with `wait`, the answer comes as
        soon as there is more. As `text/event-stream`: `log` with the text as it grows, `gap` for bytes that are only
        on the node, `attempt` when the next attempt's log begins, `end` when the job has ended.
        """
        job = services().store.jobs.get(job_id)
        attempt, offset = query["attempt"] or max(1, job.attempt), query["offset"] or 0
        if wants_stream():
            return stream(job_id, LogFeed(), f"{attempt}:{offset}")
        if query["offset"] is None:
            return log_lines(services(), job, query["limit"], query["attempt"])
        if query["wait"]:
            wait_for_change(job_id, lambda pulse: _has_no_more(pulse, attempt, offset), query["wait"])
            job = services().store.jobs.get(job_id)
        return log_from(services(), job, query["offset"], query["attempt"])


def _has_no_more(pulse: Pulse, attempt: int, offset: int) -> bool:
    """Nothing behind that offset. One behind the log's end was an earlier attempt's: there is more, from the start."""
    return pulse.attempt < attempt or (pulse.attempt, pulse.log_end) == (attempt, offset)
