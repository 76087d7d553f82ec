"""An engine whose model only repeats what it was asked: behind the service's own API, in place of ms-swift's."""

import asyncio
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

from fake_swift.knobs import Knobs

MAX_TOKENS = 64
SERVING = "swift_trainer_serving"  # as the launcher loads it


def put_in_place(knobs: Knobs) -> None:
    """Let the launcher's API find this engine."""
    serving = sys.modules[SERVING]
    serving.open_engine = lambda pipeline: Repeating(serving, pipeline.args.served_model_name, knobs)


class Repeating:
    """`<model> heard: <the last message>`, or `<model> continues: <prompt>`; each word is a token."""

    task = "causal_lm"
    sees = frozenset({"image", "video", "audio"})

    def __init__(self, serving: ModuleType, name: str, knobs: Knobs) -> None:
        self._ask = sys.modules[f"{SERVING}.ask"]
        self.honours = frozenset({self._ask.SEVERAL, self._ask.STREAM_SEVERAL, self._ask.SEED})
        self._name = name
        self._pause = knobs.seconds_per_token

    async def generate(self, ask: Any) -> Any:
        name = ask.adapter or self._name
        if isinstance(ask.prompt, self._ask.Chat):
            text, asked = _heard(name, ask.prompt.messages[-1]["content"]), ask.prompt.messages
            prompt = sum(len(str(message["content"]).split()) for message in asked)
        else:
            text, prompt = f"{name} continues: {ask.prompt.text}", len(ask.prompt.text.split())
        words = [word if place == 0 else f" {word}" for place, word in enumerate(text.split())]
        limit = ask.max_tokens or MAX_TOKENS
        reason = "stop" if len(words) <= limit else "length"
        words = words[:limit]
        for place, word in enumerate(words):
            await asyncio.sleep(self._pause)
            finish = reason if place == len(words) - 1 else None
            for index in range(ask.n):
                yield self._ask.Piece(index, word, (), finish, prompt, place + 1)

    async def forward(self, prompts: list[Any], _where: list[str], _adapter: str) -> tuple[list[Any], int]:
        return [[0.1, 0.2, 0.3] for _ in prompts], len(prompts)

    def calls_in(self, _text: str, _tools: Any) -> list[Any]:
        return []

    def call_mark(self) -> str:
        return "<tool_call>"


def _heard(name: str, content: Any) -> str:
    parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
    heard = " ".join(part["text"] for part in parts if part["type"] == "text")
    pictures = sum(part["type"] == "image" for part in parts)
    return f"{name} heard: {heard}" + (f" and saw {pictures}" if pictures else "")


def engine_of(name: str) -> SimpleNamespace:
    """What the launcher sets of ms-swift's engine."""
    return SimpleNamespace(model_name=name, max_model_len=2048)
