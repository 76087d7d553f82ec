"""JSON schemas of requests: what in them would not be held to is refused by its name, never ignored."""

from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import ApiError

FORMAT_PARAM = "response_format.json_schema.schema"
OPTIONS = "x-guidance"  # llguidance reads its own options here: they are not the client's to set

# These say nothing about a value.
_TOLD = frozenset(
    {"$anchor", "$comment", "$defs", "$id", "$schema", "definitions", "default", "deprecated", "description"}
    | {"discriminator", "examples", "readOnly", "strict", "title", "writeOnly"}
)
# What every grammar engine that a back end may have (xgrammar, llguidance) holds an answer to.
COMMON = _TOLD | {
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
_BY_NAME = frozenset({"$defs", "definitions", "dependentSchemas", "patternProperties", "properties"})
_VALUES = frozenset({"const", "default", "enum", "examples", "required"})
_STRING_ONLY = _TOLD | {"type"}


def not_supported(param: str, why: str) -> ApiError:
    """A schema that cannot be held to."""
    return ApiError(
        400, "invalid_value", f"Invalid value for '{param}': the schema cannot be guaranteed: {why}.", param
    )


def keywords(schema: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """All keywords in a schema, each with the path to it; names of properties and plain values are none."""
    if isinstance(schema, list):
        for place, each in enumerate(schema):
            yield from keywords(each, f"{where}[{place}]")
    if not isinstance(schema, Mapping):
        return
    for key, value in schema.items():
        path = f"{where}.{key}" if where else str(key)
        yield str(key), path
        if key in _BY_NAME and isinstance(value, Mapping):
            for name, each in value.items():
                yield from keywords(each, f"{path}.{name}")
        elif key not in _VALUES:
            yield from keywords(value, path)


def refuse_options(schema: Mapping[str, Any], param: str) -> None:
    """Raises ApiError."""
    for key, path in keywords(schema):
        if key == OPTIONS:
            raise not_supported(param, f"'{path}' is not the client's to set")


def refuse_uncommon(schema: Mapping[str, Any], param: str, back_end: str) -> None:
    """What a back end's own grammar engine may ignore. Raises ApiError."""
    for key, path in keywords(schema):
        if key not in COMMON:
            raise not_supported(param, f"'{path}' is not honoured by the back end of this model, {back_end}")


def resolved(schema: Any, root: Mapping[str, Any]) -> Any:
    """What a reference within the document points to."""
    for _ in range(10):
        reference = schema.get("$ref") if isinstance(schema, Mapping) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return schema
        schema = root
        for step in reference[2:].split("/"):
            schema = schema.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(schema, Mapping) else None
    return schema


def is_text(schema: Any, root: Mapping[str, Any]) -> bool | None:
    """Whether a value is a string, always or beside null; None where it may be one and something else."""
    schema = resolved(schema, root)
    if not isinstance(schema, Mapping):
        return None
    if isinstance(schema.get("anyOf"), list):
        told = [is_text(each, root) for each in schema["anyOf"] if resolved(each, root) != {"type": "null"}]
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
