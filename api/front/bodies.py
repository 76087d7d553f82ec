"""Receiving (buffering) request bodies: a client that sends one slowly holds no thread meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

Receive = Callable[[], Awaitable[dict[str, Any]]]

# What may lie in memory of each body that is not whole yet; more of it goes to a file.
IN_MEMORY_BYTES = 64 * 1024


class BodyBroken(Exception):
    """The client fell silent or went away before its body was whole."""


class Incoming:
    """The body of one request as it comes."""

    def __init__(self, receive: Receive, silence_seconds: float) -> None:
        self._receive = receive
        self._silence_seconds = silence_seconds
        self._is_whole = False

    async def up_to(self, most: int) -> BinaryIO:
        """All of it, or more than `most` bytes of one that is longer: enough to see that. Raises BodyBroken."""
        body = cast(BinaryIO, SpooledTemporaryFile(IN_MEMORY_BYTES))  # noqa: SIM115 - the caller closes it
        try:
            while body.tell() <= most and (piece := await self._next(self._silence_seconds)):
                body.write(piece)
        except BaseException:
            body.close()
            raise
        return body

    async def pieces(self, most: int, seconds: float) -> bytes:
        """What comes within so many seconds of its first byte, at least one byte and about `most` of them.

        Empty at the end. Raises BodyBroken.
        """
        loop = asyncio.get_running_loop()
        parts = [await self._next(self._silence_seconds)]
        until = loop.time() + seconds
        while sum(map(len, parts)) < most and not self._is_whole and (left := until - loop.time()) > 0:
            try:
                parts.append(await self._next(left))
            except _Silent:
                break
        return b"".join(parts)

    async def drain(self, seconds: float) -> None:
        """Throw away what still comes for so long: who sends on never reads an answer from a closed connection."""
        with suppress(BodyBroken, TimeoutError):
            async with asyncio.timeout(seconds):
                while await self._next(seconds):
                    pass

    async def gone(self) -> None:
        """Returns when the client is gone, which whole bodies have been received from."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _next(self, seconds: float) -> bytes:
        while not self._is_whole:
            try:
                async with asyncio.timeout(seconds):
                    message = await self._receive()
            except TimeoutError as exc:
                raise _Silent from exc
            if message["type"] != "http.request":
                raise BodyBroken
            self._is_whole = not message.get("more_body", False)
            if piece := message.get("body", b""):
                return bytes(piece)
        return b""


class _Silent(BodyBroken):
    """Nothing came for so long."""
