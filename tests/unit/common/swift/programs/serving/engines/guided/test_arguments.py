import json
from typing import Any

import pytest

from common.swift.programs.serving.engines.guided import typed

SCHEMA = {
    "type": "object",
    "properties": {
        "days": {"type": "integer"},
        "near": {"type": "object"},
        "city": {"type": "string"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "any": {},
    },
}


@pytest.mark.parametrize(
    ("read", "told"),
    [
        ({"days": "3"}, {"days": 3}),
        ({"near": '{"a": [true]}'}, {"near": {"a": [True]}}),
        ({"city": "3"}, {"city": "3"}),
        ({"city": 3}, {"city": "3"}),  # a reader that tries JSON first
        ({"note": True, "any": "1"}, {"note": "true", "any": "1"}),
        ({"note": None}, {"note": None}),
        ({"days": "three", "unknown": "1"}, {"days": "three", "unknown": "1"}),
        ({"days": 3}, {"days": 3}),
    ],
)
def test_arguments_have_the_types_of_the_schema(read: dict[str, Any], told: dict[str, Any]) -> None:
    assert json.loads(typed(json.dumps(read), SCHEMA)) == told


@pytest.mark.parametrize("text", ["{not json", "[1]", "3"])
def test_what_is_no_object_stays_as_it_is(text: str) -> None:
    assert typed(text, SCHEMA) == text


def test_characters_are_not_escaped() -> None:
    assert typed('{"city": "Köln"}', SCHEMA) == '{"city": "Köln"}'
