"""Scoring: how well texts go together, pair by pair, in the shape that vLLM has for it."""

import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import missing, wrong_type, wrong_value
from ..fields import kind_of
from ..labels import fields_of

PAIRS_MAX = 1024
HONOURED = frozenset({"drop_params", "model", "text_1", "text_2"})


def read_score(body: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The pairs: one text beside each of the others, or the first beside the first and so on. Raises ApiError."""
    fields_of(body, HONOURED)
    first, second = _texts(body, "text_1"), _texts(body, "text_2")
    if isinstance(body["text_1"], str):
        first *= len(second)
    if len(first) != len(second):
        raise wrong_value(
            "text_2", f"{len(second)} of them beside {len(first)} in 'text_1'; as many, or one text there."
        )
    return tuple(zip(first, second, strict=True))


def tell_scores(scores: Sequence[float], prompt_tokens: int, model: str) -> dict[str, Any]:
    """In the order of the pairs."""
    head = {"id": f"score-{uuid.uuid4().hex}", "object": "list", "created": int(time.time()), "model": model}
    data = [{"index": index, "object": "score", "score": score} for index, score in enumerate(scores)]
    return head | {"data": data, "usage": {"prompt_tokens": prompt_tokens, "total_tokens": prompt_tokens}}


def _texts(body: Mapping[str, Any], key: str) -> list[str]:
    value = body.get(key)
    if value is None:
        raise missing(key)
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list):
        raise wrong_type(key, "a string or an array of strings", kind_of(value))
    if not 1 <= len(texts) <= PAIRS_MAX:
        raise wrong_value(key, f"{len(texts)} of them; from one to {PAIRS_MAX} may come at once.")
    for place, text in enumerate(texts):
        where = key if isinstance(value, str) else f"{key}[{place}]"
        if not isinstance(text, str):
            raise wrong_type(where, "a string", kind_of(text))
        if not text:
            raise wrong_value(where, "an empty string has nothing to judge.")
    return texts
