"""The answer that does not end: an event stream of a job, until the job has ended or the client is gone."""

import select
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from flask import Response, request

from api.live.feeds import Feed
from api.live.frames import Frame, comment, encode, opening
from api.live.subscription import Subscription
from api.messages import teller
from api.services import services
from common.errors import InvalidInput, StreamsFull

MEDIA_TYPE = "text/event-stream"
LAST_EVENT_ID = "Last-Event-ID"
# A client that comes back shows its key again: a revoked one is served no longer than this.
LONGEST_SECONDS = 3600.0
_LOOK_SECONDS = 1.0


def wants_stream() -> bool:
    """Whether the present request asks for an event stream rather than for JSON."""
    accepted = request.accept_mimetypes
    return request.method == "GET" and accepted.best_match(["application/json", MEDIA_TYPE]) == MEDIA_TYPE


def stream(job_id: str, feed: Feed, start: str) -> Response:
    """An event stream from the request's Last-Event-ID on, else from `start`.

    Raises StreamsFull, and InvalidInput for an id that is none of this feed's.
    """
    live = services().live
    position = _last_event_id(feed) or start
    give_back = live.slots.take("stream")
    if give_back is None:
        raise StreamsFull(f"all {live.slots.size} places for streams are taken; try again, or poll")
    subscription = live.hub.subscribe(job_id, feed, position)
    body = _write(subscription, _peer(live.heartbeat_seconds), live.heartbeat_seconds, teller())
    response = Response(body, mimetype=MEDIA_TYPE)
    response.headers["X-Accel-Buffering"] = "no"
    # Not in the generator's own end: one that never began has none.
    response.call_on_close(partial(live.hub.remove, subscription))
    response.call_on_close(give_back)
    return response


def _last_event_id(feed: Feed) -> str:
    sent = request.headers.get(LAST_EVENT_ID, "")
    if sent and not feed.is_position(sent):
        text = f"Is no id of a stream of {feed.name}."
        raise InvalidInput(f"{LAST_EVENT_ID}: {text}", [{"field": LAST_EVENT_ID, "message": text, "code": "invalid"}])
    return sent


def _write(
    subscription: Subscription, is_gone: Callable[[], bool], heartbeat_seconds: float, tell: Callable[[str], str]
) -> Iterator[bytes]:
    began = written = time.monotonic()
    yield opening()
    while not is_gone():
        frames = subscription.take(min(_LOOK_SECONDS, heartbeat_seconds))
        if frames:
            yield b"".join(encode(_told(frame, tell)) for frame in frames)
            written = time.monotonic()
        if subscription.is_over:
            return
        if subscription.is_dropped:
            yield comment("too slow: come back with Last-Event-ID")
            return
        if time.monotonic() - began > LONGEST_SECONDS:
            yield comment("come back with Last-Event-ID")
            return
        if time.monotonic() - written >= heartbeat_seconds:
            yield comment("heartbeat")
            written = time.monotonic()


def _told(frame: Frame, tell: Callable[[str], str]) -> Frame:
    """The frame in its reader's language; the one that others share stays as it is."""
    message = frame.data.get("message")
    return replace(frame, data={**frame.data, "message": tell(message)}) if message else frame


def _peer(heartbeat_seconds: float) -> Callable[[], bool]:
    """Tells whether the client has hung up; from now on writing to one that reads nothing ends, too."""
    connection = request.environ.get("gunicorn.socket")
    if not isinstance(connection, socket.socket):
        return lambda: False
    # The hub has given such a client up by then; without a time-out its thread would be lost.
    connection.settimeout(2 * heartbeat_seconds)
    return partial(_has_hung_up, connection)


def _has_hung_up(connection: socket.socket) -> bool:
    try:
        readable, _, _ = select.select([connection], [], [], 0)
        return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""
    except (OSError, ValueError):
        return True
