"""Rows of a batch: each is one choice of one request, with its own end, and nothing of its neighbours."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ..ask import Ask, Chat, Piece, Token
from ..thoughts import Thoughts
from .words import Stops, Words


@dataclass(slots=True, eq=False)
class Asked:
    """One request under way: what was encoded, and where its pieces go. `is_gone`: nobody waits for them any more."""

    ask: Ask
    encoded: dict[str, Any]
    room: int
    loop: asyncio.AbstractEventLoop
    pieces: "asyncio.Queue[Piece | Exception]" = field(default_factory=asyncio.Queue)
    is_gone: bool = False

    @property
    def prompt(self) -> Sequence[int]:
        """Its tokens; empty where the template gives embeddings."""
        ids = self.encoded.get("input_ids")
        return [] if ids is None else list(ids)


class Row:
    """One choice. `take` is called with each token that was sampled for it."""

    def __init__(
        self, asked: Asked, index: int, decode: Callable[[list[int]], str], ends: frozenset[int], stops: Sequence[str]
    ) -> None:
        self.asked = asked
        self.index = index
        self.ask = asked.ask
        self.count = 0
        self.finish: Literal["stop", "length"] | None = None
        self.matcher: Any = None  # what holds it to a form (guided decoding)
        self._ends = ends
        self._words = Words(decode)
        self._stops = Stops((*asked.ask.stop, *stops))
        self._held: list[str] = []
        self._tokens: list[Token] = []
        self._thoughts = _ThoughtTokens() if isinstance(asked.ask.prompt, Chat) else None

    @property
    def is_over(self) -> bool:
        return self.finish is not None or self.asked.is_gone

    def begin(self, text: str) -> None:
        """What is told in front of what the model writes."""
        if text:
            self._held.append(text)
            if self._thoughts is not None:
                self._thoughts.begin(text)

    def take(self, token: int, told: Token | None, *, is_complete: bool) -> Piece | None:
        """What can be told now. `is_complete`: the form that the answer has to have is."""
        self.count += 1
        if token in self._ends:
            return self._end("stop", self._rest())
        text = self._stops.hear(self._words.add(token))
        if self._thoughts is not None:
            self._thoughts.take(text)
        if told is not None:
            self._tokens.append(told)
        if self._stops.has_stopped:
            return self._end("stop", text)
        if is_complete:
            return self._end("stop", text + self._rest())
        if self.count >= self.asked.room:
            return self._end("length", text + self._rest())
        self._held.append(text)
        return self._piece() if self.ask.is_streamed and (text or told is not None) else None

    def cut_off(self) -> Piece | None:
        """The engine gave no more."""
        return None if self.is_over else self._end("stop", self._rest())

    def _rest(self) -> str:
        rest = self._stops.hear(self._words.end())
        return rest + self._stops.end()

    def _end(self, finish: Literal["stop", "length"], text: str) -> Piece:
        self.finish = finish
        self._held.append(text)
        return self._piece()

    def _piece(self) -> Piece:
        text, self._held = "".join(self._held), []
        tokens, self._tokens = self._tokens, []
        prompt, thoughts = self.asked.encoded["prompt_tokens"], self._thoughts
        counted = None if thoughts is None else thoughts.count
        return Piece(self.index, text, tokens, self.finish, prompt, self.count, reasoning_tokens=counted)


class _ThoughtTokens:
    """Counts the tokens of a thought, with those of its marks."""

    def __init__(self) -> None:
        self.count = 0
        self._thoughts = Thoughts()
        self._unknown = 0  # tokens of what may begin a thought

    def begin(self, text: str) -> None:
        """What no token of the answer says."""
        self._thoughts.hear(text, is_last=False)

    def take(self, text: str) -> None:
        """The text of the next token, empty while it is held back."""
        if self._thoughts.is_over:
            return
        self._unknown += 1
        self._thoughts.hear(text, is_last=False)
        if self._thoughts.has_begun:
            self.count, self._unknown = self.count + self._unknown, 0
