"""A chat completion as it is told: pieces to one `chat.completion`, or to chunks, in OpenAI's shape."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from typing import Any

from ..answers import Head, Usage, as_logprob
from ..ask import Call, Engine, Piece, Token
from ..token_text import raw_of, shown
from .asked import ChatAsked
from .calls import Listener, in_openais_shape
from .thoughts import told_apart


async def tell_whole(engine: Engine, asked: ChatAsked, head: Head) -> dict[str, Any]:
    """One `chat.completion`. Raises ApiError."""
    choices = [_Choice(_listener(engine, asked), asked) for _ in range(asked.ask.n)]
    usage = Usage()
    async with aclosing(told_apart(engine.generate(asked.ask))) as pieces:
        async for piece in pieces:
            usage.note(piece)
            choices[piece.index].take(piece)
    told = [choice.told(place, with_logprobs=asked.ask.logprobs is not None) for place, choice in enumerate(choices)]
    return head.of("chat.completion") | {"choices": told, "usage": usage.body()}


async def tell_chunks(
    engine: Engine, asked: ChatAsked, head: Head, usage: Usage
) -> AsyncGenerator[dict[str, Any], None]:
    """`chat.completion.chunk`s. `usage` is counted along. Raises ApiError."""
    common = head.of("chat.completion.chunk")
    if asked.streaming.with_usage:
        common |= {"usage": None}
    choices = [_ChunkedChoice(place, _listener(engine, asked), asked) for place in range(asked.ask.n)]
    async with aclosing(told_apart(engine.generate(asked.ask))) as pieces:
        async for piece in pieces:
            usage.note(piece)
            for choice in choices[piece.index].take(piece):
                yield common | {"choices": [choice]}
    if asked.streaming.with_usage:
        yield common | {"choices": [], "usage": usage.body()}


class _Choice:
    """One choice of a whole answer, as it comes together."""

    def __init__(self, listener: Listener, asked: ChatAsked) -> None:
        self._listener = listener
        self._is_named = asked.tools.is_named
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._tokens: list[Token] = []
        self._finish = ""

    def take(self, piece: Piece) -> None:
        self._text.append(self._listener.hear(piece.text))
        self._reasoning.append(piece.reasoning)
        self._tokens += piece.tokens
        self._finish = piece.finish or self._finish

    def told(self, index: int, *, with_logprobs: bool) -> dict[str, Any]:
        rest, calls = self._listener.end(self._finish)
        text = "".join([*self._text, rest])
        message: dict[str, Any] = {"role": "assistant", "content": text or None if calls else text, "refusal": None}
        if calls:
            message["tool_calls"] = in_openais_shape(calls)
        if any(self._reasoning):
            message["reasoning_content"] = "".join(self._reasoning)
        return {
            "index": index,
            "message": message,
            "logprobs": _logprobs(self._tokens) if with_logprobs else None,
            "finish_reason": _finish(self._finish, calls, is_named=self._is_named),
        }


class _ChunkedChoice:
    """One choice of a stream: its role first, its finish last."""

    def __init__(self, index: int, listener: Listener, asked: ChatAsked) -> None:
        self._index = index
        self._listener = listener
        self._with_logprobs = asked.ask.logprobs is not None
        self._tools = asked.tools
        self._has_begun = False
        self._tokens: list[Token] = []  # of text that is held back

    def take(self, piece: Piece) -> Iterator[dict[str, Any]]:
        self._tokens += piece.tokens
        text, calls = self._listener.hear(piece.text), list[Call]()
        if piece.finish:
            rest, calls = self._listener.end(piece.finish)
            text += rest
        if not self._has_begun and (text or piece.finish or piece.reasoning or not self._is_open):
            self._has_begun = True
            # As OpenAI has it: null where calls follow, and no text.
            content = "" if text or not self._tools.told or (piece.finish and not calls) else None
            yield self._chunk({"role": "assistant", "content": content, "refusal": None})
        if piece.reasoning:
            yield self._chunk({"reasoning_content": piece.reasoning})
        if text:
            yield self._chunk({"content": text}, self._take_logprobs())
        if calls:
            yield self._chunk({"tool_calls": in_openais_shape(calls, indexed=True)}, self._take_logprobs())
        if piece.finish:
            yield self._chunk({}, self._take_logprobs(), _finish(piece.finish, calls, is_named=self._tools.is_named))

    @property
    def _is_open(self) -> bool:
        """Whether the next words tell if this is a text or a call: that is waited for."""
        return bool(self._tools.told) and not self._tools.forced and self._listener.may_still_be_text

    def _take_logprobs(self) -> dict[str, Any] | None:
        if not self._with_logprobs or not self._tokens:
            return None
        told = _logprobs(self._tokens)
        self._tokens = []
        return told

    def _chunk(self, delta: Any, logprobs: dict[str, Any] | None = None, finish: str | None = None) -> dict[str, Any]:
        return {"index": self._index, "delta": delta, "logprobs": logprobs, "finish_reason": finish}


def _listener(engine: Engine, asked: ChatAsked) -> Listener:
    return Listener(engine, asked.tools, has_stops=bool(asked.ask.stop))


def _finish(finish: str, calls: Sequence[Call], *, is_named: bool) -> str:
    """A call of the one function that was named ends with `stop` in OpenAI's answers."""
    return "tool_calls" if calls and finish != "length" and not is_named else finish or "stop"


def _logprobs(tokens: Sequence[Token]) -> dict[str, Any]:
    content = [
        _token(token.text, token.logprob) | {"top_logprobs": [_token(text, logprob) for text, logprob in token.likely]}
        for token in tokens
    ]
    return {"content": content, "refusal": None}


def _token(text: str, logprob: float) -> dict[str, Any]:
    return {"token": shown(text), "logprob": as_logprob(logprob), "bytes": list(raw_of(text))}
