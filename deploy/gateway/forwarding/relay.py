"""The relay, with back-pressure: passes an answer on as it comes; no more of it is held than fits the buffers while a
client is slow.
"""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable
from contextlib import suppress
from http import HTTPStatus

import aiohttp
from aiohttp import HttpVersion11, web
from multidict import CIMultiDict

from deploy.gateway.errors import (
    SERVER,
    Refusal,
    error_body,
    gateway_stops,
    replica_garbled,
    replica_lost,
    replica_silent,
    stream_cut_short,
)
from deploy.gateway.forwarding.connections import Garbled
from deploy.gateway.forwarding.endings import Ending, before_another_event, ending_of, first_data, is_end_of_json
from deploy.gateway.forwarding.exchange import BROKEN_OFF, Exchange
from deploy.gateway.forwarding.faults import READ_BYTES, REFUSED_KEY, is_envelope, refusal_of
from deploy.gateway.forwarding.headers import to_client, without_content
from deploy.gateway.forwarding.judgement import EVENT_STREAM, JSON, Judge
from deploy.gateway.forwarding.usage import AnswerTail

# So much of an answer may be held before its head is sent.
BEGIN_MAX_BYTES = 64 * 1024
LAST_WORDS_SECONDS = 1.0
FLUSH_SECONDS = 10.0
POSTPONES_PER_IDLE = 20


class ClientLeft(Exception):
    """There is nobody any more to answer."""


class Relay:
    """One answer on its way. It runs under `deadline`, which is for the first byte and then, anew, for each silence."""

    def __init__(
        self,
        request: web.Request,
        exchange: Exchange,
        deadline: asyncio.Timeout,
        idle_seconds: float,
        streams: bool | None,
    ) -> None:
        self._request = request
        self._judge = Judge(request.rel_url.raw_path, exchange.model, streams)
        self._exchange = exchange
        self._deadline = deadline
        self._idle_seconds = idle_seconds
        self._tail = AnswerTail()
        self._ending: Ending | None = None
        self._response: web.StreamResponse | None = None
        self._waits_for_client = False
        self._postpone_at = 0.0

    async def pass_on(self, answer: aiohttp.ClientResponse) -> web.StreamResponse:
        """Send the answer to the client.

        Its head waits for the begin of its body, in a stream for its first event: until then a failure can be told as
        an error. Raises TimeoutError, aiohttp's errors when the replica fails, ClientLeft, a Refusal.
        """
        if answer.status >= HTTPStatus.BAD_REQUEST:
            return await self._pass_fault(answer, await self._gather(answer, b"", READ_BYTES))
        self._judge.head(answer)
        is_stream = answer.content_type == EVENT_STREAM
        begin = await (self._begin_of_stream(answer) if is_stream else self._begin_of_whole(answer))
        self._exchange.note_first_byte()
        self._exchange.status = answer.status
        try:
            if answer.content.at_eof() and not is_stream:
                return await self._pass_whole(answer, begin)
            return await self._pass_pieces(answer, begin)
        finally:
            self._exchange.usage = self._tail.usage()

    async def end_early(self, cause: BaseException) -> web.StreamResponse:
        """The replica failed or fell silent, the client takes nothing, or the gateway stops, which cancels.

        An answer that has begun is cut off so that the client sees it is not whole; else this raises a Refusal.
        """
        refusal = self._why_broken_off(cause)
        if self._response is None:
            raise refusal from cause
        is_over = self._ending is not None and self._is_ended()
        if is_over and not self._waits_for_client:  # of a replica that lingers, or dies, behind its last word
            with suppress(ConnectionError):
                await self._response.write_eof()
            return self._response
        self._exchange.failure = BROKEN_OFF
        if not self._waits_for_client:
            await self._say(self._response, refusal)
        self._cut(self._request.transport)
        return self._response

    def _why_broken_off(self, cause: BaseException) -> Refusal:
        model = self._exchange.model
        match cause:
            case TimeoutError():
                return replica_silent(model, self._exchange.seconds())
            case Garbled():
                return replica_garbled(model)
            case asyncio.CancelledError():
                return gateway_stops()
            case _:
                return replica_lost(model)

    async def _pass_fault(self, answer: aiohttp.ClientResponse, body: bytes) -> web.StreamResponse:
        """What the server says of its failure, in OpenAI's shape. Raises a Refusal with it unless it has that shape."""
        if answer.status not in REFUSED_KEY and answer.content.at_eof() and is_envelope(body):
            self._exchange.note_first_byte()
            self._exchange.status = answer.status
            return await self._pass_whole(answer, body)
        said = b"" if "Content-Encoding" in answer.headers else body[:READ_BYTES]
        raise refusal_of(answer.status, said, without_content(answer.headers), self._request.path, self._exchange.model)

    async def _begin_of_stream(self, answer: aiohttp.ClientResponse) -> bytes:
        """Up to its first event with data where it is known what a stream says. Raises a Refusal."""
        self._judge.kind_of_stream()
        self._ending = ending_of(self._judge.path)
        begin = more = await self._gather(answer, b"", 1)
        while self._ending and more and first_data(begin) is None and len(begin) < BEGIN_MAX_BYTES:
            begin += (more := await self._gather(answer, b"", 1))
        self._judge.first_event(answer, begin, is_all=not more)
        return begin

    async def _begin_of_whole(self, answer: aiohttp.ClientResponse) -> bytes:
        """All of it, unless it is large. Raises a Refusal."""
        is_json = self._judge.is_judged_as_json(answer)
        begin = await self._gather(answer, b"", BEGIN_MAX_BYTES if is_json else 1)
        is_all = answer.content.at_eof()
        self._judge.whole(answer, begin, is_all=is_all)
        self._ending = is_end_of_json if is_json and not is_all else None
        return begin

    async def _gather(self, answer: aiohttp.ClientResponse, begin: bytes, size: int) -> bytes:
        """`begin` and what follows it, up to about that size, or to the end."""
        while len(begin) < size and not answer.content.at_eof():
            begin += await answer.content.readany()
            self._postpone_deadline()
        return begin

    async def _pass_whole(self, answer: aiohttp.ClientResponse, body: bytes) -> web.StreamResponse:
        """Head and body leave in one piece, which saves a third of the work of a small answer."""
        self._response = response = web.Response(status=answer.status, headers=self._head(answer), body=body)
        self._tail.add(body)
        await self._to_client(response.prepare(self._request))
        await self._to_client(response.write_eof())
        return response

    async def _pass_pieces(self, answer: aiohttp.ClientResponse, piece: bytes) -> web.StreamResponse:
        self._response = response = web.StreamResponse(status=answer.status, headers=self._head(answer))
        # A stream may get one more event than its server sent; a large answer may turn out not to be whole.
        response.content_length = None if self._ending else answer.content_length
        if response.content_length is None and self._request.version >= HttpVersion11:
            response.enable_chunked_encoding()
        await self._to_client(response.prepare(self._request))
        while piece:
            self._tail.add(piece)
            await self._to_client(response.write(piece))
            piece = await answer.content.readany()
        if not self._is_ended() and not await self._end_cut_short(response):
            self._cut(self._request.transport)
            return response
        await self._to_client(response.write_eof())
        return response

    def _head(self, answer: aiohttp.ClientResponse) -> CIMultiDict[str]:
        head = to_client(answer.headers)
        is_fault = answer.status >= HTTPStatus.BAD_REQUEST
        if is_fault or (answer.content_type != EVENT_STREAM and self._judge.is_judged_as_json(answer)):
            head["Content-Type"] = JSON  # as it was found to be, whatever the server calls it
        return head

    def _is_ended(self) -> bool:
        """Whether nothing is missing that this answer has to end with."""
        return self._ending is None or self._ending(self._tail)

    async def _end_cut_short(self, response: web.StreamResponse) -> bool:
        """A server that ended its stream in good order before the answer was whole; False when it cannot be told."""
        self._exchange.failure = BROKEN_OFF
        return await self._say(response, stream_cut_short(self._exchange.model))

    async def _to_client(self, step: Awaitable[object]) -> None:
        self._waits_for_client = True
        self._postpone_deadline()
        try:
            await step
        except ConnectionError as exc:
            raise ClientLeft from exc
        self._waits_for_client = False
        self._postpone_deadline()

    def _postpone_deadline(self) -> None:
        """Something moved. A timer is set anew only now and then: streams would spend their time on it."""
        now = asyncio.get_running_loop().time()
        if now >= self._postpone_at:
            step = self._idle_seconds / POSTPONES_PER_IDLE
            self._postpone_at = now + step
            self._deadline.reschedule(now + self._idle_seconds + step)

    async def _say(self, response: web.StreamResponse, refusal: Refusal) -> bool:
        """A last event: OpenAI's clients raise it as an error with this message. Whether it could be said."""
        gap = before_another_event(self._tail) if response.content_type == EVENT_STREAM else None
        if gap is None:
            return False
        event = f"data: {json.dumps(error_body(refusal.message, SERVER, refusal.code))}\n\n"
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await response.write(gap + event.encode())
                return True
        return False

    def _cut(self, transport: asyncio.WriteTransport | None) -> None:
        """End the connection without the mark that a whole answer ends with."""
        if transport is None:
            return
        if self._waits_for_client or not self._response or not self._response.chunked:
            _reset(transport)
            return
        transport.close()
        # It still sends what it holds; to a client that takes nothing, it would do so for ever.
        asyncio.get_running_loop().call_later(FLUSH_SECONDS, transport.abort)


def _reset(transport: asyncio.WriteTransport) -> None:
    """End the connection as an error. Closed in order, it would end like an answer without a length."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
