"""Workloads: what training jobs and deployments have in common: both are looked at, steered and followed alike."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar, cast

from swift_trainer.sdk.logs import START_OF_LOG, LogPosition, follow_pages, read_page
from swift_trainer.sdk.outage import OUTAGE_PATIENCE_SECONDS, ride_out
from swift_trainer.sdk.shapes import Deployment, Event, Job, Lineage, LogLines, LogPage, Submission
from swift_trainer.sdk.transport import Look, Transport, path_part
from swift_trainer.sdk.waiting import LONG_POLL_SECONDS, views_until

LARGEST_PAGE = 100
OUTAGE_POLL_SECONDS = 2.0
Events = list[Event]  # inside the class, `list` is the method
View = TypeVar("View", Job, Deployment)


class Workloads(Generic[View]):
    """Methods that take an id raise NotFound when the service has nothing of that id."""

    base_path: ClassVar[str]

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, job_id: str) -> View:
        return cast("View", self._transport.request("GET", self._path(job_id)))

    def list(self, status: str | None = None, limit: int | None = None) -> Iterator[View]:
        """Yield them in the service's order, asking for further pages as they are needed; each once."""
        seen: set[str] = set()
        size = min(limit or LARGEST_PAGE, LARGEST_PAGE)
        page = 0
        while limit is None or len(seen) < limit:
            page += 1
            query = {"page": page, "size": size, "status": status}
            answer = self._transport.request("GET", self.base_path, query=query)
            # One that was submitted meanwhile moves others to the next page, where they would show a second time.
            fresh = [job for job in answer["jobs"] if job["job_id"] not in seen]
            for job in fresh[: None if limit is None else limit - len(seen)]:
                seen.add(job["job_id"])
                yield cast("View", job)
            if page * size >= answer["total"] or not answer["jobs"]:
                return

    def logs(self, job_id: str, limit: int = 100) -> LogLines:
        """The newest lines of the log, 1 to 1000 of them."""
        return cast("LogLines", self._transport.request("GET", self._path(job_id, "logs"), query={"limit": limit}))

    def log_page(self, job_id: str, offset: int = 0) -> LogPage:
        """What the log holds from byte `offset` on, as much as the service sends at once."""
        return cast("LogPage", self._transport.request("GET", self._path(job_id, "logs"), query={"offset": offset}))

    def read_log(self, job_id: str, position: LogPosition) -> tuple[LogPage, LogPosition]:
        """The log's next page behind `position`, and the position behind that page.

        Outlives a restart of the service, but does not wait for more to be logged.
        """
        seen, after = self._look_at_log(job_id, 0.0, position)
        return cast("LogPage", seen.view), after

    def follow_log(
        self,
        job_id: str,
        start: LogPosition = START_OF_LOG,
        poll: float = 1.0,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> Iterator[LogPage]:
        """Yield the log behind `start` as it grows, through further attempts, until its end or until not `goes_on()`.

        A service that does not hold its answers back is asked every `poll` seconds.
        """
        look = partial(self._look_at_log, job_id, LONG_POLL_SECONDS)
        return follow_pages(look, self._transport.clock, poll, start, goes_on)

    def events(self, job_id: str, limit: int = 50) -> Events:
        """What happened to it, 1 to 500 entries."""
        answer = self._transport.request("GET", self._path(job_id, "events"), query={"limit": limit})
        return cast("Events", answer["events"])

    def lineage(self, job_id: str) -> Lineage:
        """What it came from and what became of it."""
        return cast("Lineage", self._transport.request("GET", self._path(job_id, "lineage")))

    def start(self, job_id: str) -> Submission:
        """Let it go its way: one that is held and, of deployments, one that has ended."""
        return cast("Submission", self._transport.request("POST", self._path(job_id, "start")))

    def stop(self, job_id: str, *, force: bool = False) -> Submission:
        """End it; doing so twice is fine.

        By force its record ends now though its node does not answer; its GPUs stay leased until it is proved dead.
        """
        query = {"force": "true"} if force else None
        return cast("Submission", self._transport.request("POST", self._path(job_id, "stop"), query=query))

    def delete(self, job_id: str) -> None:
        """Delete it, at once; what runs is ended behind the answer. Files stay where they are."""
        self._transport.request("DELETE", self._path(job_id))

    def wait(self, job_id: str, timeout: float | None = None, poll: float = 2.0) -> View:
        """Its last view, as soon as there is nothing more to wait for. Outlives outages of up to five minutes.

        Raises WaitTimedOut after `timeout` seconds; it goes on.
        """
        *_, last = self.watch(job_id, timeout, poll)
        return last

    def watch(self, job_id: str, timeout: float | None = None, poll: float = 2.0) -> Iterator[View]:
        """As wait, but yields each view of it that is new, the last view last."""
        look = partial(self._transport.look, self._path(job_id))
        return views_until(self._is_settled, look, self._transport.clock, timeout, poll)

    def _look_at_log(self, job_id: str, seconds: float, position: LogPosition) -> tuple[Look, LogPosition]:
        """As read_log, and held back for so many seconds while nothing more is logged."""

        def fetch(offset: int) -> Look:
            return self._transport.look(self._path(job_id, "logs"), seconds, query={"offset": offset})

        read = partial(read_page, fetch, position)
        return ride_out(read, self._transport.clock, OUTAGE_PATIENCE_SECONDS, OUTAGE_POLL_SECONDS)

    def _is_settled(self, view: View) -> bool:
        """Whether there is nothing more to wait for."""
        raise NotImplementedError

    def _post(self, path: str, **parts: Any) -> Any:
        return self._transport.request("POST", path, **parts)

    def _path(self, job_id: str, *parts: str) -> str:
        return "/".join([self.base_path, path_part(job_id, "a job id"), *parts])
