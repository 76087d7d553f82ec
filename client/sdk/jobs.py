"""The jobs of the service: submit, look, steer, wait."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, cast
from urllib.parse import quote
from uuid import uuid4

from client.sdk.logs import START_OF_LOG, LogPosition, follow_pages, read_page
from client.sdk.outage import OUTAGE_PATIENCE_SECONDS, ride_out
from client.sdk.shapes import DryRun, Event, Job, Json, LogLines, LogPage, Submission
from client.sdk.transport import Transport
from client.sdk.waiting import views_until_final, wait_until_final

JOBS = "/training/jobs"
LARGEST_PAGE = 100
OUTAGE_POLL_SECONDS = 2.0
Events = list[Event]  # inside Jobs, `list` is the method


class Jobs:
    """`SwiftTrainer.jobs`. Methods that take a job id raise NotFound when the service has no such job."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def submit(self, body: Mapping[str, Any], idempotency_key: str | None = None) -> Submission:
        """Submit a job. With the same key and body again, the first job is answered and no second one is made.

        Raises Invalid for wrong fields, Conflict when the job id is taken.
        """
        headers = {"Idempotency-Key": idempotency_key or str(uuid4())}
        return cast("Submission", self._transport.request("POST", JOBS, body=dict(body), headers=headers))

    def validate(self, body: Mapping[str, Any]) -> DryRun:
        """Check a job without submitting it. Raises Invalid for a body that is no job at all."""
        return cast("DryRun", self._transport.request("POST", f"{JOBS}/validate", body=dict(body)))

    def get(self, job_id: str) -> Job:
        return cast("Job", self._transport.request("GET", _path(job_id)))

    def list(self, status: str | None = None, limit: int | None = None) -> Iterator[Job]:
        """Yield jobs in the service's order, asking for further pages as they are needed; each job once."""
        seen: set[str] = set()
        size = min(limit or LARGEST_PAGE, LARGEST_PAGE)
        page = 0
        while limit is None or len(seen) < limit:
            page += 1
            answer = self._transport.request("GET", JOBS, query={"page": page, "size": size, "status": status})
            # A job submitted meanwhile moves others to the next page, where they would show a second time.
            fresh = [job for job in answer["jobs"] if job["job_id"] not in seen]
            for job in fresh[: None if limit is None else limit - len(seen)]:
                seen.add(job["job_id"])
                yield cast("Job", job)
            if page * size >= answer["total"] or not answer["jobs"]:
                return

    def status(self, job_id: str) -> Json:
        return cast("Json", self._transport.request("GET", _path(job_id, "status")))

    def progress(self, job_id: str) -> Json:
        return cast("Json", self._transport.request("GET", _path(job_id, "progress")))

    def logs(self, job_id: str, limit: int = 100) -> LogLines:
        """The newest lines of the log, 1 to 1000 of them."""
        return cast("LogLines", self._transport.request("GET", _path(job_id, "logs"), query={"limit": limit}))

    def log_page(self, job_id: str, offset: int = 0) -> LogPage:
        """What the log holds from byte `offset` on, as much as the service sends at once."""
        return cast("LogPage", self._transport.request("GET", _path(job_id, "logs"), query={"offset": offset}))

    def read_log(self, job_id: str, position: LogPosition) -> tuple[LogPage, LogPosition]:
        """The log's next page behind `position`, and the position behind that page.

        Outlives a restart of the service, but does not wait for more to be logged.
        """
        read = partial(read_page, partial(self.log_page, job_id), position)
        return ride_out(read, self._transport.clock, OUTAGE_PATIENCE_SECONDS, OUTAGE_POLL_SECONDS)

    def follow_log(self, job_id: str, start: LogPosition = START_OF_LOG, poll: float = 1.0) -> Iterator[LogPage]:
        """Yield the log behind `start` as it grows, through further attempts, until the job has ended."""
        return follow_pages(partial(self.read_log, job_id), self._transport.clock, poll, start)

    def events(self, job_id: str, limit: int = 50) -> Events:
        """What happened to the job, 1 to 500 entries."""
        answer = self._transport.request("GET", _path(job_id, "events"), query={"limit": limit})
        return cast("Events", answer["events"])

    def set_priority(self, job_id: str, priority: int) -> Job:
        """Change the priority of a waiting job in place. Raises Conflict when it does not wait any more."""
        return cast("Job", self._transport.request("PATCH", _path(job_id), body={"priority": priority}))

    def start(self, job_id: str) -> Submission:
        """Release a held job. Raises Conflict when it is over."""
        return cast("Submission", self._transport.request("POST", _path(job_id, "start")))

    def stop(self, job_id: str) -> Submission:
        """Cancel the job; doing so twice is fine."""
        return cast("Submission", self._transport.request("POST", _path(job_id, "stop")))

    def export(self, job_id: str) -> Submission:
        """Merge and export a completed job's model. Raises Conflict when it is not completed."""
        return cast("Submission", self._transport.request("POST", _path(job_id, "export")))

    def delete(self, job_id: str) -> None:
        """Delete the job's record; a running job is stopped first."""
        self._transport.request("DELETE", _path(job_id))

    def wait(self, job_id: str, timeout: float | None = None, poll: float = 2.0) -> Job:
        """The job once it has ended, however it ended. Outlives restarts of the service of up to five minutes.

        Raises WaitTimedOut after `timeout` seconds; the job goes on.
        """
        return wait_until_final(partial(self.get, job_id), self._transport.clock, timeout, poll)

    def watch(self, job_id: str, timeout: float | None = None, poll: float = 2.0) -> Iterator[Job]:
        """As wait, but yields the job each time it was looked at, the final view last."""
        return views_until_final(partial(self.get, job_id), self._transport.clock, timeout, poll)


def _path(job_id: str, *parts: str) -> str:
    # An id of dots alone would be resolved as a folder and reach another resource.
    if not job_id.strip("."):
        raise ValueError(f"{job_id!r} is not a job id")
    return "/".join([JOBS, quote(job_id, safe=""), *parts])
