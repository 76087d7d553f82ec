"""Schemas that only a value without end would fit: `{"$ref": "#"}`, a node that needs a node. A tree, whose nodes may
have no children, is none of them.
"""

from collections.abc import Mapping
from typing import Any

from .pointers import is_pointer, pointed_at

_ALL_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


def endless_reference(schema: Mapping[str, Any]) -> str | None:
    """The first of its references that leads round without end; None where the schema has values that end.

    Least fixed point: at first no reference ends, and whatever ends without one of these makes more of them end.
    """
    left, ending = _references(schema), set[str]()
    while not _ends(schema, ending):
        known = len(ending)
        left = [each for each in reversed(left) if not _learn(each, schema, ending)]
        if len(ending) == known:
            return min(left)
    return None


def _learn(reference: str, schema: Mapping[str, Any], ending: set[str]) -> bool:
    if _ends(pointed_at(reference, schema), ending):
        ending.add(reference)
    return reference in ending


def _references(schema: Any) -> list[str]:
    found: dict[str, None] = {}
    left = [schema]
    while left:
        value = left.pop()
        if isinstance(value, Mapping):
            if is_pointer(value.get("$ref")):
                found.setdefault(value["$ref"])
            left += value.values()
        elif isinstance(value, list):
            left += value
    return list(found)


def _ends(schema: Any, ending: set[str]) -> bool:
    """What is no schema, or cannot be known, is not refused here."""
    if not isinstance(schema, Mapping):
        return True
    if is_pointer(schema.get("$ref")) and schema["$ref"] not in ending:
        return False
    if not all(_ends(each, ending) for each in _list(schema, "allOf")):
        return False
    for key in ("anyOf", "oneOf"):
        if (choices := _list(schema, key)) and not any(_ends(each, ending) for each in choices):
            return False
    if "const" in schema or "enum" in schema:
        return True
    types = schema.get("type", _ALL_TYPES)
    types = types if isinstance(types, list | tuple) else [types]
    return not types or any(_ends_as(kind, schema, ending) for kind in types)


def _ends_as(kind: Any, schema: Mapping[str, Any], ending: set[str]) -> bool:
    if kind == "object":
        properties = schema.get("properties")
        if not isinstance(properties, Mapping):
            return True
        needed = [name for name in _list(schema, "required") if isinstance(name, str)]
        return all(_ends(properties.get(name), ending) for name in needed)
    if kind == "array":
        least = schema.get("minItems", 0)
        if not isinstance(least, int | float) or least <= 0:
            return True
        first = _list(schema, "prefixItems")
        needed = first[: int(least)] + ([schema.get("items")] if least > len(first) else [])
        return all(_ends(each, ending) for each in needed)
    return True


def _list(schema: Mapping[str, Any], key: str) -> list[Any]:
    value = schema.get(key)
    return value if isinstance(value, list) else []
