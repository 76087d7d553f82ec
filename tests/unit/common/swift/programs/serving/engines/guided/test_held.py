from typing import Any

import pytest

from common.swift.programs.serving.engines.guided.held import marked, not_held, translated


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"exclusiveMinimum": 0, "maximum": 0.5}, {"minimum": 1e-15, "maximum": 0.5}),
        ({"minLength": 1.0, "maxItems": 2.0}, {"minLength": 1, "maxItems": 2}),
        ({"minLength": 1.5}, {"minLength": 1.5}),
        ({"format": "password"}, {}),
        ({"format": "starts_with", "pattern": "^a"}, {"pattern": "^a"}),
        ({"format": "date", "pattern": "^2"}, {"format": "date", "pattern": "^2"}),
        ({"format": "ulid"}, {"format": "ulid"}),
        ({"prefixItems": [{}], "additionalItems": False}, {"prefixItems": [{}]}),
        ({"items": [{}], "additionalItems": False}, {"items": [{}], "additionalItems": False}),
        ({"const": {"exclusiveMinimum": 0}}, {"const": {"exclusiveMinimum": 0}}),
    ],
)
@pytest.mark.parametrize("place", ["", "properties", "items", "anyOf"])
def test_a_schema_is_said_in_words_that_are_held_to(schema: dict[str, Any], told: dict[str, Any], place: str) -> None:
    within = {
        "": lambda part: part,
        "properties": lambda part: {"properties": {"format": part}},
        "items": lambda part: {"items": part},
        "anyOf": lambda part: {"anyOf": [{"items": True}, part]},
    }[place]

    assert translated(within(schema)) == within(told)


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"properties": {"a": {"minlength": 3}}}, "'properties.a.minlength' is no keyword"),
        ({"divisibleBy": 2}, "'divisibleBy' is no keyword"),
        ({"nullable": True}, "'nullable' is no keyword"),
        ({"items": {"type": "foo"}}, "'items.type': 'foo' is no type"),
        ({"type": ["null", "text"]}, "'type': 'text' is no type"),
        ({"const": 2**53 + 1}, "'const': 9007199254740993 has more digits"),
        ({"enum": [1, {"a": [12345678901234567890]}]}, "'enum': 12345678901234567890 has more digits"),
        ({"enum": [0.30000000000000004]}, "'enum': 0.30000000000000004 has more digits"),
        ({"multipleOf": 0}, "'multipleOf': it has to be a number above 0"),
        ({"minProperties": 2}, "'minProperties': a name may come twice"),
        ({"patternProperties": {"^a": {}}, "required": ["a"], "minProperties": 3}, "'minProperties': a name"),
        ({"items": 5}, "'items': no schema stands there"),
        ({"properties": {"a": "string"}}, "'properties.a': no schema stands there"),
        ({"$schema": "urn:x"}, "'$schema': it names no draft"),
        ({"$ref": "#/x-mine/a", "x-mine": {"a": {"minlength": 1}}}, "'$ref' points at what is no schema"),
    ],
)
def test_what_would_be_ignored_is_a_reason_to_refuse(schema: dict[str, Any], why: str) -> None:
    assert next(not_held(schema), "").startswith(why)


@pytest.mark.parametrize(
    "schema",
    [
        {"x-order": {"a": 1}, "$comment": "c", "contentEncoding": "base64", "discriminator": {"propertyName": "kind"}},
        {"default": {"minlength": 3}, "examples": [2**60], "enum": [{"type": "foo"}]},
        {"properties": {"minlength": {"type": "string"}}, "required": ["minlength"]},
        {"minProperties": 1, "additionalProperties": {"type": "integer"}},
        {"required": ["a"], "minProperties": 2},
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#/$defs/a", "$defs": {"a": {}}},
        {"const": True, "items": False, "multipleOf": 0.01},
        {"not": {}, "uniqueItems": True},  # llguidance refuses these by name
    ],
)
def test_what_is_held_to_or_says_nothing_passes(schema: dict[str, Any]) -> None:
    assert list(not_held(schema)) == []


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"const": "a<|end|>"}, "const"),
        ({"items": {"enum": [1, ["<|end|>"]]}}, "items.enum"),
        ({"const": {"<|end|>": 1}}, "const"),
        ({"properties": {"<|end|>": {}}}, "properties"),
        ({"properties": {"a": {"pattern": r"^<\|end\|>$"}}}, "properties.a.pattern"),
        ({"required": ["<|end|>"]}, "required"),
    ],
)
def test_the_text_of_a_token_of_the_models_own_is_a_reason_to_refuse(schema: dict[str, Any], place: str) -> None:
    (reason,) = marked(schema, ["<|begin|>", "<|end|>"])

    assert reason == f"'{place}': '<|end|>' is a token of this model's own. Write it otherwise"
    assert not list(marked(schema, ["<|begin|>"]))
    assert not list(marked({"description": "<|end|>", "type": "string"}, ["<|end|>"]))
