"""JSON schemas of requests: what in them would not be held to is refused by its name, never ignored."""

from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import ApiError
from ...json_body import is_deeper
from .endless import endless_reference
from .held import not_held
from .pointers import is_pointer, pointed_at
from .vocabulary import TOLD, joined, subschemas

FORMAT_PARAM = "response_format.json_schema.schema"
OPTIONS = "x-guidance"  # llguidance reads its own options here: they are not the client's to set
DEPTH_MAX = 126  # llguidance reads 127 levels of JSON

# What every grammar engine that a back end may have (xgrammar, llguidance) holds an answer to.
COMMON = TOLD | {
    "$ref",
    "additionalProperties",
    "anyOf",
    "const",
    "enum",
    "items",
    "maxItems",
    "maximum",
    "minItems",
    "minimum",
    "pattern",
    "prefixItems",
    "properties",
    "required",
    "type",
}
_STRING_ONLY = TOLD | {"type"}
_SHOWN_MAX = 80
_ROUNDS = 10  # of references, one behind the other


def not_supported(param: str, why: str) -> ApiError:
    """A schema that cannot be held to."""
    return ApiError(
        400, "invalid_value", f"Invalid value for '{param}': the schema cannot be guaranteed: {why}.", param
    )


def keywords(schema: Any) -> Iterator[tuple[str, str]]:
    """All keywords in a schema, each with the path to it; names of properties and plain values are none."""
    for where, part in subschemas(schema):
        for key in part:
            yield str(key), joined(where, str(key))


def refuse_impossible(schema: Mapping[str, Any], param: str) -> None:
    """What no grammar engine is asked for. Raises ApiError."""
    if is_deeper(schema, DEPTH_MAX):
        raise not_supported(
            param,
            f"it is nested more than {DEPTH_MAX} levels deep. Put inner parts into '$defs' and refer to them by '$ref'",
        )
    for key, path in keywords(schema):
        if key == OPTIONS:
            raise not_supported(param, f"'{path}' is not the client's to set. Remove it")
    if reason := next(not_held(schema), None):
        raise not_supported(param, reason)
    if reference := endless_reference(schema):
        raise not_supported(
            param,
            f"'{reference}' refers to itself in a way that no answer comes to an end. Let what refers be optional, an "
            "array that may be empty, or one of several in 'anyOf'",
        )


def refuse_uncommon(schema: Mapping[str, Any], param: str, back_end: str) -> None:
    """What a back end's own grammar engine may ignore, or stumble over. Raises ApiError."""
    for key, path in keywords(schema):
        if key not in COMMON:
            why = f"'{path}' is not honoured by the back end of this model, {back_end}"
            raise not_supported(param, f"{why}. Remove it, and check it yourself where it matters")
    for reference in (part["$ref"] for _, part in subschemas(schema) if "$ref" in part):
        if not is_pointer(reference) or pointed_at(reference, schema) is None:
            shown = str(reference)[:_SHOWN_MAX]
            raise not_supported(param, f"'$ref' points at '{shown}', which is no part of this schema")


def resolved(schema: Any, root: Mapping[str, Any]) -> Any:
    """What a reference within the document points to."""
    for _ in range(_ROUNDS):
        reference = schema.get("$ref") if isinstance(schema, Mapping) else None
        if not is_pointer(reference):
            return schema
        schema = pointed_at(reference, root)
    return schema


def is_text(schema: Any, root: Mapping[str, Any], rounds: int = _ROUNDS) -> bool | None:
    """Whether a value is a string, always or beside null; None where it may be one and something else, or where that
    is not known after so many rounds of choices in choices.
    """
    schema = resolved(schema, root)
    if not isinstance(schema, Mapping) or not rounds:
        return None
    if isinstance(schema.get("anyOf"), list):
        others = [each for each in schema["anyOf"] if resolved(each, root) != {"type": "null"}]
        told = [is_text(each, root, rounds - 1) for each in others]
        return told[0] if told and all(each is told[0] for each in told) else None
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if isinstance(values, list):
        strings = [isinstance(each, str) for each in values if each is not None]
        return all(strings) if all(strings) or not any(strings) else None
    kinds = schema.get("type")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not isinstance(kinds, list) or not kinds:
        return None
    kinds = [kind for kind in kinds if kind != "null"] or ["null"]
    return kinds == ["string"] if "string" not in kinds or kinds == ["string"] else None


def is_any_string(schema: Any, root: Mapping[str, Any]) -> bool:
    """Whether nothing more is asked of a string."""
    schema = resolved(schema, root)
    if isinstance(schema.get("anyOf"), list):
        others = [each for each in schema["anyOf"] if resolved(each, root) != {"type": "null"}]
        return len(others) == 1 and is_any_string(others[0], root)
    return set(schema) <= _STRING_ONLY


def choices(schema: Any, root: Mapping[str, Any]) -> list[str] | None:
    """The strings that a value may be, where the schema lists them and says nothing else."""
    schema = resolved(schema, root)
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if not isinstance(values, list) or set(schema) - {"const", "enum"} - _STRING_ONLY:
        return None
    return [each for each in values if isinstance(each, str)] or None
