"""Token usage: how many tokens an answer took, read from its end while it passes by; it is never kept whole."""

import json
import re
from collections import deque
from dataclasses import dataclass
from typing import Any

TAIL_BYTES = 32 * 1024
# A count beyond it is none: it would not fit into the sums that it is added to.
COUNT_MAX = 2**32
# Inside a JSON text quotes and ends of lines are escaped, so these are a key and a comment, never what a model said.
# Each begins with plain text, which is found ten times as fast as what one pattern for both would begin with.
_USAGE = (re.compile(rb'"usage"\s*:\s*(?=\{)'), re.compile(rb"\n: usage (?=\{)"))


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
        """Keep the next piece of the answer, in place of the oldest one."""
        kept = chunk[-TAIL_BYTES:]
        self._chunks.append(kept)
        self._size += len(kept)
        while self._size - len(self._chunks[0]) >= TAIL_BYTES:
            self._size -= len(self._chunks.popleft())

    def usage(self) -> Usage | None:
        """The last count in it: that of a whole answer, or of the last event or comment that tells one.

        A server comments `: usage {...}` where the client did not ask for an event with it. None without any.
        """
        text = self.text()
        places = [found.end() for pattern in _USAGE for found in pattern.finditer(text)]
        for place in sorted(places, reverse=True):
            usage = _parsed(text[place:])
            if usage is not None:
                return usage
        return None

    def text(self) -> bytes:
        """All that is kept: the whole answer, or TAIL_BYTES of it and a little more."""
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
    counts = [usage[name] for name in names if type(usage.get(name)) is int and 0 <= usage[name] <= COUNT_MAX]
    return counts[0] if counts else None
