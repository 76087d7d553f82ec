"""The routes of a model server: the path to who reads the body, asks the engine and tells the answer."""

import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from . import chat, completions, embeddings, responses, scores
from .answers import Head, Usage
from .ask import Chat, Engine
from .errors import TOO_LONG, ApiError, missing, model_not_found, wrong_type
from .events import Answer, chunk_events, response_events
from .fields import kind_of
from .tasks import refuse_other_tasks

MODELS = "/v1/models"


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
            "/v1/responses": self._responses,
            "/v1/embeddings": self._embeddings,
            "/v1/rerank": self._rerank,
            "/v1/score": self._score,
            "/v1/classify": self._classify,
        }

    def method_of(self, path: str) -> str | None:
        """The one method of a path; None where there is no such path."""
        if path in self.posts:
            return "POST"
        return "GET" if path == MODELS or path.startswith(f"{MODELS}/") else None

    def look_up(self, path: str) -> dict[str, Any]:
        """What is read: the models, or one of them. Raises ApiError."""
        if path == MODELS:
            return {"object": "list", "data": [self._model(name) for name in self._names]}
        name = unquote(path.removeprefix(f"{MODELS}/"))
        if name not in self._names:
            raise model_not_found(name)
        return self._model(name)

    async def _chat(self, body: dict[str, Any]) -> Answer:
        name, adapter = self._asked_model(body, "/v1/chat/completions")
        asked = chat.read_chat(body, self._engine, self._back_end, adapter)
        head = self._head("chatcmpl", name)
        if not asked.streaming.is_on:
            return await chat.tell_whole(self._engine, asked, head)
        usage = Usage()
        chunks = chat.tell_chunks(self._engine, asked, head, usage)
        return chunk_events(chunks, usage, is_usage_told=asked.streaming.with_usage)

    async def _completions(self, body: dict[str, Any]) -> Answer:
        name, adapter = self._asked_model(body, "/v1/completions")
        asked = completions.read_completions(body, self._engine, self._back_end, adapter)
        head = self._head("cmpl", name)
        if not asked.streaming.is_on:
            return await completions.tell_whole(self._engine, asked, head)
        usage = Usage()
        chunks = completions.tell_chunks(self._engine, asked, head, usage)
        return chunk_events(chunks, usage, is_usage_told=asked.streaming.with_usage)

    async def _responses(self, body: dict[str, Any]) -> Answer:
        asked = responses.to_chat(body)
        try:
            name, adapter = self._asked_model(asked.body, "/v1/responses")
            chat_asked = chat.read_chat(asked.body, self._engine, self._back_end, adapter)
            head = self._head("chatcmpl", name)
            if not chat_asked.streaming.is_on:
                return responses.to_response(await chat.tell_whole(self._engine, chat_asked, head), asked.kept)
        except ApiError as error:
            raise asked.kept.named(error) from error
        return response_events(chat.tell_chunks(self._engine, chat_asked, head, Usage()), asked.kept)

    async def _embeddings(self, body: dict[str, Any]) -> Answer:
        name, adapter = self._asked_model(body, "/v1/embeddings")
        asked = embeddings.read_embeddings(body)
        where = _places("input", asked.inputs)
        texts = [
            each if isinstance(each, str) else self._engine.text_of(each, place)
            for each, place in zip(asked.inputs, where, strict=True)
        ]
        vectors, tokens = await self._engine.forward([_said(text) for text in texts], where, adapter)
        return embeddings.tell_embeddings(asked, vectors, tokens, name)

    async def _rerank(self, body: dict[str, Any]) -> Answer:
        name, adapter = self._asked_model(body, "/v1/rerank")
        asked = scores.read_rerank(body)
        where = [f"documents[{place}]" for place in range(len(asked.documents))]
        # As ms-swift trains them: the query is the user's, the document the answer.
        pairs = [_said(asked.query, document) for document in asked.documents]
        try:
            found, tokens = await self._engine.forward(pairs, where, adapter)
        except ApiError as error:
            if error.code == TOO_LONG:  # a query that leaves no room for any document says so itself
                await self._engine.forward([_said(asked.query, _SHORTEST)], ["query"], adapter)
            raise
        return scores.tell_ranks(asked, found, tokens, name)

    async def _score(self, body: dict[str, Any]) -> Answer:
        name, adapter = self._asked_model(body, "/v1/score")
        pairs = scores.read_score(body)
        prompts = [_said(*pair) for pair in pairs]
        found, tokens = await self._engine.forward(prompts, _places("text_2", pairs), adapter)
        return scores.tell_scores(found, tokens, name)

    async def _classify(self, body: dict[str, Any]) -> Answer:
        name, adapter = self._asked_model(body, "/v1/classify")
        texts = scores.read_classify(body)
        prompts = [_said(text) for text in texts]
        found, tokens = await self._engine.forward(prompts, _places("input", texts), adapter)
        told = [each if isinstance(each, scores.Classified) else scores.Classified(each, {}) for each in found]
        return scores.tell_classes(told, tokens, name)

    def _asked_model(self, body: Mapping[str, Any], path: str) -> tuple[str, str]:
        """The name, and the same where it is an adapter's. Raises ApiError."""
        name = body.get("model")
        if name is None or name == "":
            raise missing("model")
        if not isinstance(name, str):
            raise wrong_type("model", "a string", kind_of(name))
        if name not in self._names:
            raise model_not_found(name)
        refuse_other_tasks(self._engine.task, path, name)
        return name, "" if name == self._names[0] else name

    def _head(self, prefix: str, name: str) -> Head:
        return Head(prefix, name, fingerprint(name, self._back_end, self._since))

    def _model(self, name: str) -> dict[str, Any]:
        return {"id": name, "object": "model", "created": self._since, "owned_by": self._owner}


_SHORTEST = "."  # of documents


def _said(text: str, answer: str = "") -> Chat:
    messages = [{"role": "user", "content": text}]
    return Chat([*messages, {"role": "assistant", "content": answer}] if answer else messages)


def _places(name: str, values: Sequence[Any]) -> list[str]:
    """How each is named in a request."""
    return [name] if len(values) == 1 else [f"{name}[{place}]" for place in range(len(values))]


def fingerprint(*parts: Any) -> str:
    """The same for answers of the same server: a seed means the same there."""
    return f"fp_{hashlib.sha256(repr(parts).encode()).hexdigest()[:10]}"
