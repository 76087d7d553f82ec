"""Answers as they are sent: an object, or server-sent events."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from .answers import Usage
from .errors import ApiError
from .responses import Kept, ResponseStream

Chunks = AsyncGenerator[dict[str, Any], None]


@dataclass(frozen=True, slots=True)
class Events:
    """A stream of server-sent events, each as bytes, and how an error is told in it."""

    events: AsyncGenerator[bytes, None]
    error_event: Callable[[ApiError], bytes]


Answer = dict[str, Any] | Events


def chunk_events(chunks: Chunks, usage: Usage, *, is_usage_told: bool) -> Events:
    """Of chats and text completions. Usage that the client did not ask for is told in a comment, which clients leave
    out: the gateway counts it.
    """
    return Events(_chunk_events(chunks, usage, is_usage_told=is_usage_told), lambda error: _data(error.body()))


def response_events(chunks: Chunks, kept: Kept) -> Events:
    """Of a response."""
    stream = ResponseStream(kept)
    return Events(_response_events(chunks, stream, kept), lambda error: _named(stream.fail(kept.named(error).body())))


async def _chunk_events(chunks: Chunks, usage: Usage, *, is_usage_told: bool) -> AsyncGenerator[bytes, None]:
    async with aclosing(chunks):
        async for chunk in chunks:
            yield _data(chunk)
    if not is_usage_told:
        yield b": usage " + _json(usage.body()) + b"\n\n"
    yield b"data: [DONE]\n\n"


async def _response_events(chunks: Chunks, stream: ResponseStream, kept: Kept) -> AsyncGenerator[bytes, None]:
    has_begun = False
    async with aclosing(chunks):
        try:
            async for chunk in chunks:
                events = stream.take(chunk) if has_begun else [*stream.begin(), *stream.take(chunk)]
                has_begun = True  # not sooner: an error in front of the first chunk has a status of its own
                if events:
                    yield _named(events)
        except ApiError as error:
            raise kept.named(error) from error
    yield _named(stream.end())


def _named(events: list[tuple[str, dict[str, Any]]]) -> bytes:
    return b"".join(b"event: " + name.encode() + b"\n" + _data(data) for name, data in events)


def _data(value: Any) -> bytes:
    return b"data: " + _json(value) + b"\n\n"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
