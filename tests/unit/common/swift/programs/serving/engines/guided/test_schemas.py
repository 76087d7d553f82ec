from typing import Any

import pytest

from common.swift.programs.serving.engines.guided.schemas import (
    choices,
    is_any_string,
    is_text,
    keywords,
    refuse_impossible,
    refuse_uncommon,
)
from common.swift.programs.serving.errors import ApiError


def test_names_of_properties_and_plain_values_are_no_keywords() -> None:
    schema = {
        "type": "object",
        "properties": {"uniqueItems": {"type": "string", "enum": [{"if": 1}], "default": {"not": 2}}},
        "$defs": {"contains": {"maxLength": 3}},
        "anyOf": [{"format": "date"}],
    }

    assert {path: key for key, path in keywords(schema)} == {
        "type": "type",
        "properties": "properties",
        "properties.uniqueItems.type": "type",
        "properties.uniqueItems.enum": "enum",
        "properties.uniqueItems.default": "default",
        "$defs": "$defs",
        "$defs.contains.maxLength": "maxLength",
        "anyOf": "anyOf",
        "anyOf[0].format": "format",
    }


def test_options_of_the_grammar_engine_are_refused_wherever_they_are() -> None:
    schema = {"type": "object", "properties": {"a": {"items": {"x-guidance": {"lenient": True}}}}}

    with pytest.raises(ApiError) as refused:
        refuse_impossible(schema, "response_format.json_schema.schema")

    assert refused.value.status == 400
    assert refused.value.param == "response_format.json_schema.schema"
    assert "properties.a.items.x-guidance" in refused.value.message


def test_a_property_may_be_named_as_the_options_are() -> None:
    refuse_impossible({"type": "object", "properties": {"x-guidance": {"type": "string"}}}, "param")


@pytest.mark.parametrize("keyword", ["uniqueItems", "oneOf", "not", "format", "multipleOf", "an-unheard-of-one"])
def test_what_a_back_end_may_ignore_is_refused_by_its_name(keyword: str) -> None:
    with pytest.raises(
        ApiError, match=f"properties.a.{keyword}' is not honoured by the back end of this model, sglang"
    ):
        refuse_uncommon({"type": "object", "properties": {"a": {keyword: {}}}}, "param", "sglang")


def test_what_every_back_end_holds_to_passes() -> None:
    refuse_uncommon(
        {
            "title": "T",
            "type": "object",
            "properties": {"a": {"type": "string", "pattern": "^a", "description": "d"}, "b": {"$ref": "#/$defs/B"}},
            "required": ["a"],
            "additionalProperties": False,
            "$defs": {"B": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]}},
        },
        "param",
        "vllm",
    )


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "string"}, True),
        ({"type": ["string", "null"]}, True),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, True),
        ({"enum": ["a", "b"]}, True),
        ({"const": "a"}, True),
        ({"$ref": "#/$defs/S"}, True),
        ({"type": "integer"}, False),
        ({"type": "null"}, False),
        ({"type": ["integer", "null"]}, False),
        ({"enum": [1, 2, None]}, False),
        ({"anyOf": [{"type": "integer"}, {"type": "object"}]}, False),
        ({}, None),
        (True, None),
        ({"type": ["string", "integer"]}, None),
        ({"enum": ["a", 1]}, None),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, None),
        ({"$ref": "#/$defs/none"}, None),
    ],
)
def test_a_string_is_told_from_what_may_be_something_else(schema: Any, told: bool | None) -> None:
    assert is_text(schema, {"$defs": {"S": {"type": "string"}}}) is told


@pytest.mark.parametrize(
    ("schema", "is_any"),
    [
        ({"type": "string", "description": "d", "title": "t", "default": ""}, True),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, True),
        ({"type": "string", "maxLength": 3}, False),
        ({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}, False),
    ],
)
def test_more_that_is_asked_of_a_string_is_seen(schema: dict[str, Any], is_any: bool) -> None:
    assert is_any_string(schema, {}) is is_any


def test_choices_are_those_that_a_schema_lists() -> None:
    assert choices({"type": "string", "enum": ["a", "b", None]}, {}) == ["a", "b"]
    assert choices({"const": "a"}, {}) == ["a"]
    assert choices({"type": "string"}, {}) is None
    assert choices({"enum": ["a"], "maxLength": 3}, {}) is None
