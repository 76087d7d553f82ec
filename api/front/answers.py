"""One pass of a request through the app, in a thread: what it answers, and how the rest of it is read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from api.front.visit import KEY, ComeBack, Visit

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[bytes, bytes]]

PART_BYTES = 256 * 1024


@dataclass(slots=True)
class Answer:
    """The head of an answer and its first part; more of it is asked for in a thread, because files are read there.

    One that is not whole has to be closed.
    """

    status: int
    headers: Headers
    first: bytes
    is_whole: bool
    _rest: Iterator[bytes]
    _close: Callable[[], None]

    def next_part(self) -> bytes:
        """At most about PART_BYTES; empty at the end."""
        return _part(self._rest)

    def close(self) -> None:
        """Let go of what it holds, however far it was read; the app is told."""
        self._close()


def ask(app: WsgiApp, environ: dict[str, Any], visit: Visit) -> Answer | ComeBack:
    """Call the app. Of a stream the answer has the head only."""
    head: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
        head[:] = [(status, headers)]

    environ[KEY] = visit
    try:
        body = app(environ, start_response)
    except ComeBack as later:
        return later
    close = getattr(body, "close", lambda: None)
    try:
        rest = iter(body)
        first = b"" if visit.stream else _part(rest)
    except BaseException:
        close()
        raise
    is_whole = not visit.stream and len(first) < PART_BYTES
    if is_whole:
        close()
    ((status, headers),) = head
    return Answer(int(status.split(" ", 1)[0]), _encoded(headers), first, is_whole, rest, close)


def _part(rest: Iterator[bytes]) -> bytes:
    parts, size = [], 0
    for part in rest:
        parts.append(part)
        size += len(part)
        if size >= PART_BYTES:
            break
    return b"".join(parts)


def _encoded(headers: list[tuple[str, str]]) -> Headers:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
