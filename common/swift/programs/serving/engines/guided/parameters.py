"""Grammars of arguments that a model writes one by one, each between marks of its own."""

from collections.abc import Iterator, Mapping
from typing import Any

from .call_formats import CallFormat, Parameters
from .lark import Words, json_rule, quoted
from .schemas import choices, is_any_string, is_text, not_supported

_PARTS = frozenset(
    {"$defs", "$schema", "additionalProperties", "definitions", "description", "properties", "required", "strict"}
    | {"title", "type"}
)
_BLANK = "[ ]?"


def parameter_rules(
    words: Words, rule: str, function: tuple[str, Mapping[str, Any]], form: CallFormat, parameters: Parameters
) -> tuple[str, list[str]]:
    """What stands for all arguments of a function (its name and their schema), in the schema's order, and the rules for
    it. Raises ApiError.
    """
    name, schema = function
    where = f"tools.{name}.parameters"
    properties, required = _read(schema, where)
    told, rules = [], []
    for number, (key, described) in enumerate(properties.items()):
        own = f"{rule}_{number}"
        told.append(own if key in required else f"{own}?")
        is_string = is_text(described, schema)
        if is_string is None:
            raise not_supported(f"{where}.{key}", "this model writes strings without quotes, as it writes other values")
        opened = words.all_of(parameters.open.replace("{key}", key).replace("{is_string}", str(is_string).lower()))
        value = _value(described, schema) if not is_string else _choice(described, schema)
        if value is not None:
            rules.append(f"{own}: {opened} {value} {words.all_of(parameters.close)}")
        elif is_any_string(described, schema):
            rules.append(f"{own}: {opened} {own}_value")
            rules += words.text_until(f"{own}_value", parameters.close, _marks(form, parameters))
        else:
            why = "of a string, this model's way to write calls allows 'enum' and 'const' only"
            raise not_supported(f"{where}.{key}", why)
    return " ".join(told), rules


def _value(described: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    defined = {place: schema[place] for place in ("$defs", "definitions") if place in schema}
    return json_rule({**defined, **described}, _BLANK)


def _choice(described: Any, schema: Mapping[str, Any]) -> str | None:
    allowed = choices(described, schema)
    return None if allowed is None else f"({' | '.join(map(quoted, allowed))})"


def _marks(form: CallFormat, parameters: Parameters) -> Iterator[str]:
    """What would be read as the end of something, or the beginning of the next parameter, in the middle of a value."""
    yield parameters.open.partition("{key}")[0]
    for text in (form.close, form.end):
        yield from filter(None, map(str.strip, text.split("\n")))


def _read(schema: Mapping[str, Any], param: str) -> tuple[Mapping[str, Any], list[str]]:
    for key in schema:
        if key not in _PARTS:
            raise not_supported(param, f"'{key}' is not honoured for calls in the way that this model writes them")
    properties, required = schema.get("properties") or {}, schema.get("required") or []
    if schema.get("type") != "object" or not isinstance(properties, Mapping) or not isinstance(required, list):
        raise not_supported(param, "it has to be of an object with 'properties' and 'required'")
    for key in required:
        if not isinstance(key, str) or key not in properties:
            raise not_supported(param, f"'{key}' is required and not described. Describe it in 'properties'")
    return properties, required
