"""An exchange: one request and its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from werkzeug.exceptions import BadRequest

from api.edge.bodies import takes_content_at
from api.front.answers import Answer, ask
from api.front.bodies import BodyBroken, Incoming, Receive
from api.front.environ import Scope, environ_of
from api.front.visit import ComeBack, Stream, Visit
from api.front.waiting import BROKEN, PIECE_BYTES, News, Pouring

if TYPE_CHECKING:
    from api.front.front import Front

T = TypeVar("T")
Send = Callable[[dict[str, Any]], Awaitable[None]]

# What came of an upload is on the disk after this long at the latest, in however small pieces it comes.
KEEP_SECONDS = 1.0
# Whoever is answered before he has sent all of his body may take so long to hear it.
LINGER_SECONDS = 5.0


class Exchange:
    """Asks the app until it has an answer, waits in between for what it waits for, and sends the answer."""

    def __init__(self, front: Front, scope: Scope, receive: Receive, send: Send) -> None:
        self._front = front
        self._scope = scope
        self._incoming = Incoming(receive, front.silence_seconds)
        self._send = send
        self._visit = Visit()

    async def run(self) -> None:
        await self._send_answer()
        await self._incoming.drain(LINGER_SECONDS)

    async def _send_answer(self) -> None:
        body = await self._body()
        try:
            answer = await self._answer(body)
        finally:
            body.close()
        await self._send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if answer.is_whole:
            await self._send_part(answer.first, self._front.silence_seconds, more=False)
            return
        try:
            if self._visit.stream:
                await self._send_stream(self._visit.stream)
            else:
                await self._send_parts(answer)
        finally:
            await self._in_thread(answer.close)
        await self._send({"type": "http.response.body", "body": b""})

    async def _body(self) -> BinaryIO:
        """The whole body; nothing of one that the app takes in pieces, or refuses by its length."""
        if takes_content_at(self._front.app, self._scope["method"], self._scope["path"]):
            return BytesIO()
        if self._length() > self._front.body_max:
            return BytesIO()
        try:
            return await self._incoming.up_to(self._front.body_max)
        except BodyBroken:
            return _BrokenBody()

    def _length(self) -> int:
        sent = [value for name, value in self._scope["headers"] if name == b"content-length"]
        return int(sent[0]) if sent and sent[0].isdigit() else 0

    async def _answer(self, body: BinaryIO) -> Answer:
        while True:
            body.seek(0)
            environ = environ_of(self._scope, body)
            found = await self._in_thread(partial(ask, self._front.app, environ, self._visit))
            if isinstance(found, Answer):
                return found
            await self._until_done(found)
            self._visit.done = found

    async def _until_done(self, wanted: ComeBack) -> None:
        match wanted:
            case News():
                await self._until_news(wanted)
            case Pouring():
                await self._pour(wanted)

    async def _until_news(self, wanted: News) -> None:
        with _Bell(self._front, self._incoming) as bell:
            end = wanted.listen(bell.ring)
            wanted.had_place = end is not None
            if end is None:
                return
            try:
                await bell.rung(wanted.seconds)
            finally:
                end()

    async def _pour(self, wanted: Pouring) -> None:
        try:
            while piece := await self._incoming.pieces(PIECE_BYTES, KEEP_SECONDS):
                await self._in_thread(partial(wanted.sink.take, piece))
        except BodyBroken:
            wanted.failed = BadRequest(BROKEN)
        except Exception as exc:
            wanted.failed = exc
        except asyncio.CancelledError:
            wanted.sink.close()
            raise

    async def _send_parts(self, answer: Answer) -> None:
        part = answer.first
        while part:
            await self._send_part(part, self._front.silence_seconds)
            part = await self._in_thread(answer.next_part)

    async def _send_stream(self, stream: Stream) -> None:
        with _Bell(self._front, self._incoming) as bell:
            stream.listen(bell.ring)
            while not bell.is_gone:
                if due := stream.due():
                    await self._send_part(due, stream.patience_seconds)
                if stream.is_over:
                    return
                if self._front.bells.is_over:
                    await self._send_part(stream.last_words(), stream.patience_seconds)
                    return
                await bell.rung(stream.seconds_to_next())

    async def _send_part(self, part: bytes, patience_seconds: float, *, more: bool = True) -> None:
        """Raises CancelledError, which servers take for a client that is gone, when it takes nothing for so long."""
        try:
            async with asyncio.timeout(patience_seconds):
                await self._send({"type": "http.response.body", "body": part, "more_body": more})
        except TimeoutError as exc:
            raise asyncio.CancelledError from exc

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await self._front.lanes.run(self._scope["path"], call)


class _Bell:
    """Rings for what is waited for, when the client hangs up, and when the server ends."""

    def __init__(self, front: Front, incoming: Incoming) -> None:
        self._bells = front.bells
        self._event = asyncio.Event()
        self._incoming = incoming

    def __enter__(self) -> _Bell:
        self.ring = self._bells.hang(self._event)
        self._gone = asyncio.create_task(self._incoming.gone())
        self._gone.add_done_callback(lambda _task: self._event.set())
        return self

    def __exit__(self, *_: object) -> None:
        self._bells.take_down(self._event)
        self._gone.cancel()

    @property
    def is_gone(self) -> bool:
        return self._gone.done()

    async def rung(self, seconds: float) -> None:
        """Returns when it rang since it was last asked, or after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()
        self._event.clear()


class _BrokenBody(BytesIO):
    """Of a client that fell silent in it, or went away."""

    def read(self, _size: int | None = -1, /) -> bytes:
        raise ConnectionError

    def readinto(self, _buffer: object, /) -> int:
        raise ConnectionError
