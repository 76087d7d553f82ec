"""The routes of a model server: the path to who reads the body, asks the engine and tells the answer."""

import hashlib
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from . import chat, completions
from .answers import Head, Usage
from .ask import Engine
from .errors import ApiError, missing, model_not_found, wrong_type
from .fields import kind_of

MODELS = "/v1/models"


@dataclass(frozen=True, slots=True)
class Events:
    """A stream of server-sent events, each as bytes, and how an error is told in it."""

    events: AsyncGenerator[bytes, None]
    error_event: Callable[[ApiError], bytes]


Answer = dict[str, Any] | Events


class Routes:
    """For one engine, which answers to `names`: its model's first, then those of its adapters."""

    def __init__(self, engine: Engine, names: Sequence[str], owner: str, back_end: str) -> None:
        self._engine = engine
        self._names = list(names)
        self._owner = owner
        self._back_end = back_end
        self._since = int(time.time())
        self.posts: Mapping[str, Callable[[dict[str, Any]], Awaitable[Answer]]] = {
            "/v1/chat/completions": self._chat,
            "/v1/completions": self._completions,
        }

    def look_up(self, path: str) -> dict[str, Any] | None:
        """What is read: the models, or one of them. Raises ApiError."""
        if path == MODELS:
            return {"object": "list", "data": [self._model(name) for name in self._names]}
        if not path.startswith(f"{MODELS}/"):
            return None
        name = unquote(path.removeprefix(f"{MODELS}/"))
        if name not in self._names:
            raise model_not_found(name)
        return self._model(name)

    async def _chat(self, body: dict[str, Any]) -> Answer:
        name, adapter = self._asked_model(body)
        asked = chat.read_chat(body, self._engine, self._back_end, adapter)
        head = self._head("chatcmpl", name)
        if not asked.streaming.is_on:
            return await chat.tell_whole(self._engine, asked, head)
        usage = Usage()
        chunks = chat.tell_chunks(self._engine, asked, head, usage)
        return Events(_events(chunks, usage, is_told=asked.streaming.with_usage), _error_event)

    async def _completions(self, body: dict[str, Any]) -> Answer:
        name, adapter = self._asked_model(body)
        asked = completions.read_completions(body, self._engine, self._back_end, adapter)
        head = self._head("cmpl", name)
        if not asked.streaming.is_on:
            return await completions.tell_whole(self._engine, asked, head)
        usage = Usage()
        chunks = completions.tell_chunks(self._engine, asked, head, usage)
        return Events(_events(chunks, usage, is_told=asked.streaming.with_usage), _error_event)

    def _asked_model(self, body: Mapping[str, Any]) -> tuple[str, str]:
        """The name, and the same where it is an adapter's. Raises ApiError."""
        name = body.get("model")
        if name is None or name == "":
            raise missing("model")
        if not isinstance(name, str):
            raise wrong_type("model", "a string", kind_of(name))
        if name not in self._names:
            raise model_not_found(name)
        return name, "" if name == self._names[0] else name

    def _head(self, prefix: str, name: str) -> Head:
        return Head(prefix, name, fingerprint(name, self._back_end, self._since))

    def _model(self, name: str) -> dict[str, Any]:
        return {"id": name, "object": "model", "created": self._since, "owned_by": self._owner}


def fingerprint(*parts: Any) -> str:
    """The same for answers of the same server: a seed means the same there."""
    return f"fp_{hashlib.sha256(repr(parts).encode()).hexdigest()[:10]}"


async def _events(
    chunks: AsyncGenerator[dict[str, Any], None], usage: Usage, *, is_told: bool
) -> AsyncGenerator[bytes, None]:
    """Usage that the client did not ask for is told in a comment, which clients leave out: the gateway counts it."""
    async with aclosing(chunks):
        async for chunk in chunks:
            yield b"data: " + _json(chunk) + b"\n\n"
    if not is_told:
        yield b": usage " + _json(usage.body()) + b"\n\n"
    yield b"data: [DONE]\n\n"


def _error_event(error: ApiError) -> bytes:
    return b"data: " + _json(error.body()) + b"\n\n"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
