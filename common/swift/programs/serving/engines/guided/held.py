"""What llguidance would not hold an answer to and says nothing of: written otherwise, or told as a reason to refuse."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from .numbers import BOUNDS, WHOLE_MAX, bounds, is_exact, is_number
from .pointers import is_pointer, pointed_at
from .vocabulary import changed, inner, is_known, joined, subschemas

_LENGTHS = ("maxItems", "maxLength", "maxProperties", "minItems", "minLength", "minProperties")
_FORMATS = frozenset(
    {"date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "unknown", "uri", "uuid"}
)
# How a text is shown, or stored: nothing about the text.
_SHOWN = frozenset({"binary", "password"})
_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_DRAFTS = "json-schema.org"
_SHOWN_MAX = 80


def translated(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The same in words that llguidance holds an answer to."""
    told: dict[str, Any] = changed(schema, _translated)
    return told


def _translated(schema: dict[str, Any]) -> dict[str, Any]:
    told = {key: value for key, value in schema.items() if key not in BOUNDS} | bounds(schema)
    for key in _LENGTHS:
        if isinstance(told.get(key), float) and told[key].is_integer():
            told[key] = int(told[key])
    kind = told.get("format")
    if isinstance(kind, str) and (kind in _SHOWN or ("pattern" in told and kind not in _FORMATS)):
        del told["format"]
    if not isinstance(told.get("items"), list):  # as the standard has it; llguidance drops 'prefixItems' beside it
        told.pop("additionalItems", None)
    return told


def not_held(schema: Mapping[str, Any]) -> Iterator[str]:
    """Reasons to refuse it: the place, what is the matter, the way out."""
    parts = list(subschemas(schema))
    places = {id(part) for _, part in parts}
    for where, part in parts:
        yield from _not_held(where, part)
        reference = part.get("$ref")
        target = pointed_at(reference, schema) if is_pointer(reference) else None
        if isinstance(target, Mapping) and id(target) not in places:
            yield f"'{joined(where, '$ref')}' points at what is no schema. Put that part into '$defs'"


def marked(schema: Mapping[str, Any], marks: Collection[str]) -> Iterator[str]:
    """Reasons to refuse it to a model of whose tokens `marks` are: llguidance takes such a text, where nothing else may
    stand, for the token.
    """
    for where, part in subschemas(schema):
        for key in ("const", "enum", "pattern", "patternProperties", "properties", "required"):
            value = part.get(key)
            texts = list(value) if key in ("patternProperties", "properties") and isinstance(value, Mapping) else value
            for text in _texts(texts):
                plain = text.replace("\\", "") if key.startswith("pattern") else text
                for mark in marks:
                    if mark in plain:
                        yield f"'{joined(where, key)}': '{mark}' is a token of this model's own. Write it otherwise"


def _not_held(where: str, schema: Mapping[str, Any]) -> Iterator[str]:
    for key in schema:
        if not is_known(key):
            yield f"'{joined(where, key)}' is no keyword. Remove it, or write it as the standard does"
    for path, each in inner(schema, where):
        if not isinstance(each, Mapping | bool):
            yield f"'{path}': no schema stands there. Write an object, true or false"
    draft = schema.get("$schema", _DRAFTS)
    if not isinstance(draft, str) or _DRAFTS not in draft:
        yield f"'{joined(where, '$schema')}': it names no draft of JSON Schema. Leave it out"
    yield from _of_types(joined(where, "type"), schema.get("type"))
    yield from _of_numbers(where, schema)
    if _may_repeat(schema):
        yield (
            f"'{joined(where, 'minProperties')}': a name may come twice where names are free. Name those that have to "
            "be there in 'required', or remove it"
        )


def _of_types(where: str, kinds: Any) -> Iterator[str]:
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if isinstance(kind, str) and kind not in _TYPES:
            yield f"'{where}': '{kind[:_SHOWN_MAX]}' is no type; there are {', '.join(sorted(_TYPES))}"


def _of_numbers(where: str, schema: Mapping[str, Any]) -> Iterator[str]:
    for key in ("const", "enum"):
        for number in _numbers(schema.get(key)):
            if not is_exact(number):
                yield (
                    f"'{joined(where, key)}': {str(number)[:_SHOWN_MAX]} has more digits than are held to (15, and "
                    f"whole numbers up to {WHOLE_MAX}). Write it as a string"
                )
    unit = schema.get("multipleOf")
    if is_number(unit) and (unit <= 0 or not is_exact(unit)):
        yield f"'{joined(where, 'multipleOf')}': it has to be a number above 0 with up to 15 digits"


def _may_repeat(schema: Mapping[str, Any]) -> bool:
    """Two names or more that are free."""
    least, required = schema.get("minProperties"), schema.get("required")
    named = {each for each in required if isinstance(each, str)} if isinstance(required, list) else set()
    return is_number(least) and least > 1 + len(named)


def _numbers(value: Any) -> Iterator[float]:
    if is_number(value):
        yield value
    elif isinstance(value, list | Mapping):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _numbers(each)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts([*value, *value.values()])
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
