"""An engine that says what a test has written for it."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from common.swift.programs.serving import ask as port
from common.swift.programs.serving.ask import Ask, Call, Chat, Piece

ALL = frozenset(
    {
        port.SEED, port.SEVERAL, port.STREAM_SEVERAL, port.LOGPROBS, port.STREAM_LOGPROBS, port.LOGIT_BIAS, port.MIN_P,
        port.PENALTIES, port.FORM, port.FORM_OR_CALLS, port.FORCED_CALLS, port.STRICT, port.TOKENS,
    }
)  # fmt: skip
FOREVER = "forever"  # a step that never comes


class FakeEngine:
    """Plays one script for each ask, the last one again and again: pieces, errors to raise, FOREVER."""

    def __init__(
        self,
        *scripts: Sequence[Any],
        honours: frozenset[str] = ALL,
        sees: frozenset[str] = frozenset(),
        mark: str = "<tool_call>",
        task: str = "causal_lm",
    ) -> None:
        self.honours = honours
        self.sees = sees
        self.task = task
        self.asks: list[Ask] = []
        self.forwarded: list[tuple[list[Any], list[str], str]] = []  # messages, their places, the adapter
        self.running = 0
        self._scripts = scripts or (said("Hello"),)
        self._mark = mark

    async def generate(self, ask: Ask) -> AsyncGenerator[Piece, None]:
        script = self._scripts[min(len(self.asks), len(self._scripts) - 1)]
        self.asks.append(ask)
        self.running += 1
        try:
            for step in script:
                if isinstance(step, Exception):
                    raise step
                if step == FOREVER:
                    await asyncio.Event().wait()
                yield step
                await asyncio.sleep(0)
        finally:
            self.running -= 1

    async def forward(self, prompts: Sequence[Chat], where: Sequence[str], adapter: str) -> tuple[list[Any], int]:
        """The first script: a value for each prompt, or an error to raise. A prompt has ten tokens."""
        self.forwarded.append(([prompt.messages for prompt in prompts], list(where), adapter))
        script = list(self._scripts[0])
        if isinstance(script[0], Exception):
            raise script[0]
        return script[: len(prompts)], 10 * len(prompts)

    def text_of(self, tokens: Sequence[int], where: str) -> str:
        return " ".join(map(str, tokens))

    def calls_in(self, text: str, tools: Sequence[Mapping[str, Any]]) -> list[Call]:
        """As Hermes and Qwen write them."""
        found = []
        for written in re.findall(r"<tool_call>(.+?)</tool_call>", text, re.DOTALL):
            with suppress(ValueError, KeyError, TypeError):
                call = json.loads(written)
                found.append(Call(call["name"], json.dumps(call["arguments"])))
        return found

    def call_mark(self) -> str:
        return self._mark

    def is_half_call(self, text: str, tools: Sequence[Mapping[str, Any]]) -> bool:
        """As Hermes and Qwen write them; of a model without a mark, one that begins with a name."""
        names = [tool["function"]["name"] for tool in tools]
        if not self._mark:
            return text.startswith(tuple(f"{name}\n" for name in names))
        written, begun = "".join(text.split()), [f'<tool_call>{{"name":"{name}"' for name in names]
        return any(each.startswith(written) or written.startswith(each) for each in begun)


def said(*texts: str, index: int = 0, finish: Any = "stop", prompt_tokens: int = 3) -> list[Piece]:
    """The pieces of one choice, a token each; the last one has its end."""
    last = len(texts) - 1
    return [
        Piece(index, text, [], finish if place == last else None, prompt_tokens, place + 1)
        for place, text in enumerate(texts)
    ]
