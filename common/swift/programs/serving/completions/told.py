"""Text completions as they are told: pieces to one `text_completion`, or to chunks of it, in OpenAI's shape."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from typing import Any

from ..answers import Head, Usage, as_logprob
from ..ask import Ask, Engine, Piece, Text, Token
from ..token_text import Offsets, shown
from .asked import CompletionsAsked

KIND = "text_completion"


async def tell_whole(engine: Engine, asked: CompletionsAsked, head: Head) -> dict[str, Any]:
    """One `text_completion`: the choices of the first prompt, then those of the next. Raises ApiError."""
    usage, n = Usage(), asked.asks[0].n
    choices = [_Choice(_echo(asked, place // n)) for place in range(n * len(asked.asks))]
    async with aclosing(_all(engine, asked.asks)) as pieces:
        async for place, piece in pieces:
            usage.note(piece, place)
            choices[place * n + piece.index].take(piece)
    with_logprobs = asked.asks[0].logprobs is not None
    told = [choice.told(index, with_logprobs=with_logprobs) for index, choice in enumerate(choices)]
    return head.of(KIND) | {"choices": told, "usage": usage.body()}


async def tell_chunks(
    engine: Engine, asked: CompletionsAsked, head: Head, usage: Usage
) -> AsyncGenerator[dict[str, Any], None]:
    """Chunks of a `text_completion`. `usage` is counted along. Raises ApiError."""
    common, n = head.of(KIND), asked.asks[0].n
    if asked.streaming.with_usage:
        common |= {"usage": None}
    offsets: dict[int, Offsets] = {}
    async with aclosing(_all(engine, asked.asks)) as pieces:
        async for place, piece in pieces:
            usage.note(piece, place)
            index = place * n + piece.index
            text = piece.text if index in offsets else _echo(asked, place) + piece.text
            own = offsets.setdefault(index, Offsets())
            if not text and not piece.finish and not piece.tokens:
                continue
            logprobs = _logprobs(piece.tokens, own) if asked.asks[0].logprobs is not None else None
            choice = {"index": index, "text": text, "logprobs": logprobs, "finish_reason": piece.finish}
            yield common | {"choices": [choice]}
    if asked.streaming.with_usage:
        yield common | {"choices": [], "usage": usage.body()}


class _Choice:
    """One choice of a whole answer, as it comes together."""

    def __init__(self, echo: str) -> None:
        self._text = [echo]
        self._tokens: list[Token] = []
        self._finish = ""

    def take(self, piece: Piece) -> None:
        self._text.append(piece.text)
        self._tokens += piece.tokens
        self._finish = piece.finish or self._finish

    def told(self, index: int, *, with_logprobs: bool) -> dict[str, Any]:
        return {
            "index": index,
            "text": "".join(self._text),
            "logprobs": _logprobs(self._tokens, Offsets()) if with_logprobs else None,
            "finish_reason": self._finish or "stop",
        }


async def _all(engine: Engine, asks: Sequence[Ask]) -> AsyncGenerator[tuple[int, Piece], None]:
    """The pieces of all prompts, each with the place of its prompt, as they come."""
    if len(asks) == 1:
        async with aclosing(engine.generate(asks[0])) as pieces:
            async for piece in pieces:
                yield 0, piece
        return
    heard: asyncio.Queue[tuple[int, Piece | Exception | None]] = asyncio.Queue()

    async def listen(place: int, ask: Ask) -> None:
        try:
            async with aclosing(engine.generate(ask)) as pieces:
                async for piece in pieces:
                    heard.put_nowait((place, piece))
            heard.put_nowait((place, None))
        except Exception as problem:  # told to whoever asked, and with that to all others
            heard.put_nowait((place, problem))

    tasks = [asyncio.create_task(listen(place, ask)) for place, ask in enumerate(asks)]
    try:
        left = len(tasks)
        while left:
            place, said = await heard.get()
            if isinstance(said, Exception):
                raise said
            if said is None:
                left -= 1
            else:
                yield place, said
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)


def _echo(asked: CompletionsAsked, place: int) -> str:
    prompt = asked.asks[place].prompt
    return prompt.text if asked.echo and isinstance(prompt, Text) else ""


def _logprobs(tokens: Sequence[Token], offsets: Offsets) -> dict[str, Any]:
    return {
        "tokens": [shown(token.text) for token in tokens],
        "token_logprobs": [as_logprob(token.logprob) for token in tokens],
        "top_logprobs": [
            {shown(text): as_logprob(logprob) for text, logprob in [*token.likely, (token.text, token.logprob)]}
            for token in tokens
        ],
        "text_offset": offsets.of(token.text for token in tokens),
    }
