"""What all answers have in common: who answered, when, under which id, and how many tokens it took."""

import time
import uuid
from typing import Any

from .ask import Piece

# OpenAI's own word for a token that is next to impossible; JSON has no infinity.
_LEAST_LOGPROB = -9999.0


class Head:
    """One answer's id, time, model and the fingerprint of what answers."""

    def __init__(self, prefix: str, model: str, fingerprint: str) -> None:
        self.id = f"{prefix}-{uuid.uuid4().hex}"
        self.created = int(time.time())
        self.model = model
        self.fingerprint = fingerprint

    def of(self, kind: str) -> dict[str, Any]:
        """The fields that each of its objects begins with."""
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "system_fingerprint": self.fingerprint,
        }


def as_logprob(value: float) -> float:
    """A log probability as it is told."""
    return max(_LEAST_LOGPROB, value)


class Usage:
    """Tokens of an answer: each prompt counts once, however many choices it has."""

    def __init__(self) -> None:
        self._prompts: dict[int, int] = {}
        self._choices: dict[tuple[int, int], int] = {}
        self._thoughts: dict[tuple[int, int], int | None] = {}

    def note(self, piece: Piece, prompt: int = 0) -> None:
        """A piece of a choice of the `prompt`-th prompt."""
        self._prompts[prompt] = piece.prompt_tokens
        self._choices[prompt, piece.index] = piece.completion_tokens
        self._thoughts[prompt, piece.index] = piece.reasoning_tokens

    def body(self) -> dict[str, Any]:
        prompt, completion = sum(self._prompts.values()), sum(self._choices.values())
        usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
        thoughts = [count for count in self._thoughts.values() if count is not None]
        if not thoughts or len(thoughts) < len(self._thoughts):
            return usage
        return usage | {"completion_tokens_details": {"reasoning_tokens": sum(thoughts)}}
