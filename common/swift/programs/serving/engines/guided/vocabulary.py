"""Keywords of JSON schemas: what says nothing about a value, what is known, and where a schema has others in it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

# These say nothing about a value.
TOLD = frozenset(
    {"$anchor", "$comment", "$defs", "$id", "$schema", "$vocabulary", "contentEncoding", "contentMediaType"}
    | {"contentSchema", "default", "definitions", "deprecated", "description", "discriminator", "example", "examples"}
    | {"externalDocs", "id", "readOnly", "strict", "title", "writeOnly", "xml"}
)
BY_NAME = frozenset({"$defs", "definitions", "dependentSchemas", "patternProperties", "properties"})
_SCHEMAS = frozenset(
    {"additionalItems", "additionalProperties", "allOf", "anyOf", "contains", "contentSchema", "else", "if", "items"}
    | {"not", "oneOf", "prefixItems", "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties"}
)
_ASSERTED = frozenset(
    {"$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef", "$ref", "const", "dependencies"}
    | {"dependentRequired", "enum", "exclusiveMaximum", "exclusiveMinimum", "format", "maxContains", "maxItems"}
    | {"maxLength", "maxProperties", "maximum", "minContains", "minItems", "minLength", "minProperties", "minimum"}
    | {"multipleOf", "pattern", "required", "type", "uniqueItems"}
)
_KNOWN = TOLD | BY_NAME | _SCHEMAS | _ASSERTED
_CUSTOM = "x-"  # annotations of whoever wrote the schema


def is_known(keyword: str) -> bool:
    return keyword in _KNOWN or keyword.startswith(_CUSTOM)


def joined(path: str, key: str) -> str:
    """The path to what is in a schema."""
    return f"{path}.{key}" if path else key


def inner(schema: Mapping[str, Any], where: str = "") -> Iterator[tuple[str, Any]]:
    """What stands right in a schema where schemas belong, each with the path to it."""
    for key, value in schema.items():
        path = joined(where, str(key))
        if key in BY_NAME and isinstance(value, Mapping):
            yield from ((f"{path}.{name}", each) for name, each in value.items())
        elif key in _SCHEMAS and isinstance(value, list):
            yield from ((f"{path}[{place}]", each) for place, each in enumerate(value))
        elif key in _SCHEMAS:
            yield path, value


def subschemas(schema: Any, where: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A schema and all in it, each with the path to it; names of properties and plain values are none."""
    if isinstance(schema, Mapping):
        yield where, schema
        for path, each in inner(schema, where):
            yield from subschemas(each, path)


def changed(schema: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """A copy, in which each schema is what `change` makes of it."""
    if not isinstance(schema, Mapping):
        return schema
    told: dict[str, Any] = {}
    for key, value in schema.items():
        if key in BY_NAME and isinstance(value, Mapping):
            told[key] = {name: changed(each, change) for name, each in value.items()}
        elif key in _SCHEMAS and isinstance(value, list):
            told[key] = [changed(each, change) for each in value]
        elif key in _SCHEMAS:
            told[key] = changed(value, change)
        else:
            told[key] = value
    return change(told)
