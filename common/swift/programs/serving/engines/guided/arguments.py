"""Arguments of a call that were written one by one, as texts: each of the type that the function's schema tells."""

import json
from collections.abc import Mapping
from typing import Any

from .schemas import is_text


def typed(arguments: str, schema: Mapping[str, Any]) -> str:
    """A JSON text. A value that is not what the schema says stays as it is."""
    try:
        values = json.loads(arguments)
    except ValueError:
        return arguments
    properties = schema.get("properties")
    if not isinstance(values, dict) or not isinstance(properties, Mapping):
        return arguments
    for key, value in values.items():
        if key in properties:
            values[key] = _typed(value, is_text(properties[key], schema))
    return json.dumps(values, ensure_ascii=False)


def _typed(value: Any, is_string: bool | None) -> Any:
    if is_string is False and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    if is_string and value is not None and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return value
