"""Embeddings as they are told, in OpenAI's shape."""

import base64
import math
import struct
from collections.abc import Sequence
from typing import Any

from ..errors import wrong_value
from .asked import EmbeddingsAsked


def tell_embeddings(
    asked: EmbeddingsAsked, vectors: Sequence[Sequence[float]], prompt_tokens: int, model: str
) -> dict[str, Any]:
    """A `list` of one vector for each input. Raises ApiError."""
    data = [
        {"object": "embedding", "index": index, "embedding": _told(_cut(vector, asked.dimensions), asked)}
        for index, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": prompt_tokens, "total_tokens": prompt_tokens}
    return {"object": "list", "data": data, "model": model, "usage": usage}


def _cut(vector: Sequence[float], dimensions: int | None) -> Sequence[float]:
    """The first of its numbers, at length one again. Models that were trained so (Matryoshka) keep their meaning."""
    if dimensions is None or dimensions == len(vector):
        return vector
    if dimensions > len(vector):
        raise wrong_value("dimensions", f"{dimensions}; vectors of this model have {len(vector)}.")
    cut = vector[:dimensions]
    length = math.hypot(*cut)
    return [number / length for number in cut] if length else cut


def _told(vector: Sequence[float], asked: EmbeddingsAsked) -> list[float] | str:
    """Numbers, or their bytes: float32, little-endian."""
    if not asked.is_base64:
        return list(vector)
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
