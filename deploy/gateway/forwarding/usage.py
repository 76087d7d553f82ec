"""Token usage: how many tokens an answer took, read from its end while it passes by; it is never kept whole."""

import json
import re
from collections import deque
from dataclasses import dataclass
from typing import Any

TAIL_BYTES = 32 * 1024
# Inside a JSON text a quote is escaped, so this is a key, never what a model said.
_USAGE = re.compile(rb'"usage"\s*:\s*(?=\{)')


@dataclass(frozen=True, slots=True)
class Usage:
    prompt_tokens: int
    completion_tokens: int


class AnswerTail:
    """The last bytes of an answer."""

    def __init__(self) -> None:
        self._chunks: deque[bytes] = deque()
        self._size = 0

    def add(self, chunk: bytes) -> None:
        kept = chunk[-TAIL_BYTES:]
        self._chunks.append(kept)
        self._size += len(kept)
        while self._size - len(self._chunks[0]) >= TAIL_BYTES:
            self._size -= len(self._chunks.popleft())

    def ends_an_event(self) -> bool:
        """Whether a stream of events could go on with another one here."""
        return self._bytes()[-4:].endswith((b"\n\n", b"\r\n\r\n", b"\r\r"))

    def usage(self) -> Usage | None:
        """The last count in it: that of a whole answer, or of the last event that tells one; None without any."""
        text = self._bytes()
        for found in reversed(list(_USAGE.finditer(text))):
            usage = _parsed(text[found.end() :])
            if usage is not None:
                return usage
        return None

    def _bytes(self) -> bytes:
        return b"".join(self._chunks)


def _parsed(text: bytes) -> Usage | None:
    try:
        found, _ = json.JSONDecoder().raw_decode(text.decode("utf-8", "replace"))
    except ValueError:
        return None
    # Completions and embeddings say prompt_tokens, /v1/responses says input_tokens.
    prompt = _count(found, "prompt_tokens", "input_tokens")
    completion = _count(found, "completion_tokens", "output_tokens")
    if prompt is None and completion is None:
        prompt = _count(found, "total_tokens")
    return None if prompt is None and completion is None else Usage(prompt or 0, completion or 0)


def _count(usage: dict[str, Any], *names: str) -> int | None:
    counts = [usage[name] for name in names if type(usage.get(name)) is int and usage[name] >= 0]
    return counts[0] if counts else None
