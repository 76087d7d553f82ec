"""Labels of a request, for a client's own books or OpenAI's: they change no answer there either."""

from collections.abc import Mapping
from typing import Any

from .errors import wrong_type, wrong_value
from .fields import Fields, kind_of

LABELS = frozenset({"metadata", "prompt_cache_key", "prompt_cache_retention", "safety_identifier", "user"})
# On messages, their parts and tools: where a cache of prompts may end. OpenAI's, and Anthropic's.
CACHE_MARKS = frozenset({"cache_control", "prompt_cache_breakpoint"})
_RETENTIONS = ("24h", "in-memory", "in_memory")
_METADATA_MAX, _NAME_MAX, _VALUE_MAX = 16, 64, 512


# Of what generates nothing.
USER = frozenset({"user"})


def fields_of(body: Mapping[str, Any], honoured: frozenset[str]) -> Fields:
    """The fields of a request whose one label is who asks. Raises ApiError for other fields than these."""
    fields = Fields.of_request(body)
    fields.only(honoured | USER)
    fields.text("user")
    return fields


def read_labels(fields: Fields) -> dict[str, Any]:
    """All of them, absent ones too. Raises ApiError for what is none."""
    retention = "prompt_cache_retention"
    return {
        "metadata": _metadata(fields),
        "prompt_cache_key": fields.text("prompt_cache_key"),
        retention: fields.word(retention, _RETENTIONS) if fields.has(retention) else None,
        "safety_identifier": fields.text("safety_identifier"),
        "user": fields.text("user"),
    }


def _metadata(fields: Fields) -> dict[str, str]:
    metadata = fields.object("metadata") or {}
    if len(metadata) > _METADATA_MAX:
        raise wrong_value("metadata", f"{len(metadata)} pairs; {_METADATA_MAX} at most.")
    for key, value in metadata.items():
        if len(key) > _NAME_MAX:
            raise wrong_value("metadata", f"a key of {len(key)} characters; {_NAME_MAX} at most.")
        if not isinstance(value, str):
            raise wrong_type(f"metadata.{key}", "a string", kind_of(value))
        if len(value) > _VALUE_MAX:
            raise wrong_value(f"metadata.{key}", f"{len(value)} characters; {_VALUE_MAX} at most.")
    return metadata
