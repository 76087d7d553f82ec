"""The stream of server-sent events (SSE): the answer that does not end, an event stream of a job, until the job has
ended or the client is gone.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from flask import Response, request

from api.edge.services import services
from api.front.visit import present_visit
from api.live.feeds import Feed
from api.live.frames import Frame, comment, encode, opening
from api.live.subscription import Subscription
from common.errors import InvalidInput, StreamsFull
from common.field_problem import INVALID, FieldProblem

MEDIA_TYPE = "text/event-stream"
LAST_EVENT_ID = "Last-Event-ID"
# A client that comes back shows its key again: a revoked one is served no longer than this.
LONGEST_SECONDS = 3600.0


class EventStream:
    """What one client is to be sent, whoever writes it; `tell` puts its messages into the client's language."""

    def __init__(self, subscription: Subscription, heartbeat_seconds: float) -> None:
        self.tell: Callable[[str], str] = str
        self._subscription = subscription
        self._heartbeat_seconds = heartbeat_seconds
        self._began = self._written = time.monotonic()
        self._due = opening()
        self.is_over = False

    @property
    def patience_seconds(self) -> float:
        """The hub has given up a client that takes nothing by then."""
        return 2 * self._heartbeat_seconds

    def listen(self, ring: Callable[[], None]) -> None:
        self._subscription.listen(ring)

    def due(self) -> bytes:
        """What is to be written now; `is_over` tells whether anything comes after it."""
        frames, now = self._subscription.take(), time.monotonic()
        due, self._due = self._due + b"".join(encode(_told(frame, self.tell)) for frame in frames), b""
        if self._subscription.is_over:
            self.is_over = True
        elif self._subscription.is_dropped:
            due, self.is_over = due + comment("too slow: come back with Last-Event-ID"), True
        elif now - self._began > LONGEST_SECONDS:
            due, self.is_over = due + self.last_words(), True
        elif not due and self.seconds_to_next() <= 0:
            due = comment("heartbeat")
        if due:
            self._written = now
        return due

    def seconds_to_next(self) -> float:
        """Until the next heartbeat."""
        return max(0.0, self._written + self._heartbeat_seconds - time.monotonic())

    def last_words(self) -> bytes:
        """For a client that is to come back."""
        return comment("come back with Last-Event-ID")

    def __iter__(self) -> Iterator[bytes]:
        """All of it, for a plain WSGI server, whose thread waits."""
        rung = threading.Event()
        self.listen(rung.set)
        while not self.is_over:
            rung.clear()
            if due := self.due():
                yield due
            else:
                rung.wait(self.seconds_to_next())


def wants_stream() -> bool:
    """Whether the present request asks for an event stream rather than for JSON."""
    accepted = request.accept_mimetypes
    return request.method == "GET" and accepted.best_match(["application/json", MEDIA_TYPE]) == MEDIA_TYPE


def stream(job_id: str, feed: Feed, start: str) -> Response:
    """An event stream from the request's Last-Event-ID on, else from `start`.

    Raises StreamsFull, and InvalidInput for an id that is none of this feed's.
    """
    live, visit = services().live, present_visit()
    position = _last_event_id(feed) or start
    give_back = live.seats.take("stream")
    if give_back is None:
        raise StreamsFull(f"all {live.seats.size} seats for streams are taken; try again, or poll")
    subscription = live.hub.subscribe(job_id, feed, position)
    body = EventStream(subscription, live.heartbeat_seconds)
    if visit:
        visit.stream = body
    response = Response(body, mimetype=MEDIA_TYPE)
    response.headers["X-Accel-Buffering"] = "no"
    # Not in the stream's own end: one that never began has none.
    response.call_on_close(partial(live.hub.remove, subscription))
    response.call_on_close(give_back)
    return response


def _last_event_id(feed: Feed) -> str:
    sent = request.headers.get(LAST_EVENT_ID, "")
    if sent and not feed.is_position(sent):
        text = f"Is no id of a stream of {feed.name}."
        raise InvalidInput(FieldProblem(LAST_EVENT_ID, INVALID, text))
    return sent


def _told(frame: Frame, tell: Callable[[str], str]) -> Frame:
    """The frame in its reader's language; the one that others share stays as it is."""
    message = frame.data.get("message")
    return replace(frame, data={**frame.data, "message": tell(message)}) if message else frame
