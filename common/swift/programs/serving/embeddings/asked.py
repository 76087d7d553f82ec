"""Embeddings as they are asked for: one input or several, each a text or its tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import missing, wrong_type, wrong_value
from ..fields import kind_of
from ..labels import fields_of

INPUTS_MAX = 2048
DIMENSIONS_MAX = 65_536
HONOURED = frozenset({"dimensions", "drop_params", "encoding_format", "input", "model"})


@dataclass(frozen=True, slots=True)
class EmbeddingsAsked:
    """`inputs` are texts or the model's tokens; `dimensions`: None for all that the model has."""

    inputs: tuple[str | tuple[int, ...], ...]
    is_base64: bool
    dimensions: int | None


def read_embeddings(body: Mapping[str, Any]) -> EmbeddingsAsked:
    """Raises ApiError."""
    fields = fields_of(body, HONOURED)
    return EmbeddingsAsked(
        inputs=_inputs(body.get("input")),
        is_base64=fields.word("encoding_format", ("base64", "float"), "float") == "base64",
        dimensions=fields.whole("dimensions", 1, DIMENSIONS_MAX),
    )


def _inputs(value: Any) -> tuple[str | tuple[int, ...], ...]:
    if value is None:
        raise missing("input")
    if isinstance(value, str) or _is_tokens(value):
        return (_input(value, "input"),)
    if not isinstance(value, list):
        raise wrong_type("input", "a string or an array", kind_of(value))
    if not 1 <= len(value) <= INPUTS_MAX:
        raise wrong_value("input", f"{len(value)} of them; from one to {INPUTS_MAX} may come at once.")
    return tuple(_input(each, f"input[{place}]") for place, each in enumerate(value))


def _input(value: Any, where: str) -> str | tuple[int, ...]:
    if isinstance(value, str):
        if not value:
            raise wrong_value(where, "an empty string has no meaning to tell.")
        return value
    if _is_tokens(value):
        return tuple(value)
    raise wrong_type(where, "a string or an array of token ids", kind_of(value))


def _is_tokens(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(type(each) is int and each >= 0 for each in value)
