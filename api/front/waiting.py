"""What the app may wait for: news of a job, or the body of an upload, piece by piece."""

import threading
from collections.abc import Callable
from typing import Protocol, TypeVar, cast

from werkzeug.exceptions import BadRequest

from api.front.visit import ComeBack, present_visit

PIECE_BYTES = 1024 * 1024
BROKEN = "the connection broke; ask where the upload is, then go on from there"


Ring = Callable[[], None]
# Takes what is to be rung, and returns what ends that; None when there is no seat for one more who waits.
Listen = Callable[[Ring], Callable[[], None] | None]


class News(ComeBack):
    """Until it rings, or for so many seconds; `about` tells what of one request waits for from another."""

    def __init__(self, listen: Listen, seconds: float, about: str = "") -> None:
        super().__init__()
        self.about = about
        self.listen = listen
        self.seconds = seconds
        self.had_place = True


class Body(Protocol):
    """A request's body, read piece by piece."""

    def read(self, size: int, /) -> bytes: ...


class Sink(Protocol):
    """Takes a body as it comes."""

    def take(self, piece: bytes, /) -> None:
        """Keep a piece; what is kept stays, whatever comes after."""

    def close(self) -> None:
        """Nothing more comes; more than once is fine."""


S = TypeVar("S", bound=Sink)


class Pouring(ComeBack):
    """Until all of the body is in the sink, or cannot be."""

    def __init__(self, sink: Sink) -> None:
        super().__init__()
        self.sink = sink
        self.failed: Exception | None = None


def until_news(listen: Listen, seconds: float, about: str = "") -> bool:
    """Return when it rang, or after so many seconds; False, at once, when there was no seat to wait.

    With an asynchronous side no thread is held meanwhile: the request comes again, and what is `about` the same has
    been waited for.
    """
    visit = present_visit()
    if visit is None:
        return _wait_here(listen, seconds)
    if not isinstance(visit.done, News) or visit.done.about != about:
        raise News(listen, seconds, about)
    return visit.done.had_place


def _wait_here(listen: Listen, seconds: float) -> bool:
    woken = threading.Event()
    end = listen(woken.set)
    if end is None:
        return False
    try:
        woken.wait(seconds)
    finally:
        end()
    return True


def pour(open_sink: Callable[[], S], body: Body) -> S:
    """A sink that has all of the body. Raises what it raises, and BadRequest when the body broke off."""
    visit = present_visit()
    if visit is None:
        return _pour_here(open_sink(), body)
    if not isinstance(visit.done, Pouring):
        raise Pouring(open_sink())
    if visit.done.failed:
        visit.done.sink.close()
        raise visit.done.failed
    return cast(S, visit.done.sink)


def _pour_here(sink: S, body: Body) -> S:
    try:
        while piece := body.read(PIECE_BYTES):
            sink.take(piece)
    except OSError as exc:  # the server's own word for a client that went away
        sink.close()
        raise BadRequest(BROKEN) from exc
    except BaseException:
        sink.close()
        raise
    return sink
