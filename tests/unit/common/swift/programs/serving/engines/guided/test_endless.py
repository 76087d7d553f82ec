"""Schemas that refer to themselves: which have values that come to an end."""

from typing import Any

import pytest

from common.swift.programs.serving.engines.guided.endless import endless_reference
from common.swift.programs.serving.engines.guided.pointers import is_pointer, pointed_at

ROOT, NODE = {"$ref": "#"}, {"$ref": "#/$defs/Node"}


def of_node(node: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": NODE}, "required": ["a"], "$defs": {"Node": node, **more}}


@pytest.mark.parametrize(
    ("schema", "reference"),
    [
        (ROOT, "#"),
        ({"allOf": [ROOT]}, "#"),
        ({"anyOf": [ROOT, ROOT]}, "#"),
        ({"oneOf": [ROOT, {"type": "array", "items": ROOT, "minItems": 1}]}, "#"),
        ({"type": "object", "properties": {"a": ROOT}, "required": ["a"]}, "#"),
        ({"type": "array", "items": ROOT, "minItems": 1}, "#"),
        ({"type": "array", "prefixItems": [{}, ROOT], "minItems": 2}, "#"),
        (of_node({"$ref": "#/$defs/Other"}, Other=NODE), "#/$defs/Node"),
        (of_node({"type": "object", "properties": {"b": NODE}, "required": ["b"]}), "#/$defs/Node"),
        (of_node({"type": ["object"], "properties": {"b": {"allOf": [{}, NODE]}}, "required": ["b"]}), "#/$defs/Node"),
    ],
)
def test_what_comes_to_no_end_is_found(schema: dict[str, Any], reference: str) -> None:
    assert endless_reference(schema) == reference


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object"},
        {"type": "object", "properties": {"v": {}, "children": {"type": "array", "items": ROOT}}, "required": ["v"]},
        {"type": "object", "properties": {"children": {"type": "array", "items": ROOT}}, "required": ["children"]},
        {"type": "object", "properties": {"a": ROOT}},
        {"properties": {"a": ROOT}, "required": ["a"]},  # of any type: a number fits it
        {"anyOf": [ROOT, {"type": "null"}]},
        {"type": ["object", "null"], "properties": {"a": ROOT}, "required": ["a"]},
        {"type": "array", "items": ROOT},
        {"type": "array", "prefixItems": [{}], "items": ROOT, "minItems": 1},
        {"type": "object", "properties": {"a": ROOT}, "required": ["a"], "enum": [{}]},
        of_node({"anyOf": [{"type": "null"}, {"type": "object", "properties": {"next": NODE}, "required": ["next"]}]}),
        of_node({"$ref": "#/$defs/Other"}, Other={"type": "string"}),
        {"type": "string", "$defs": {"Node": NODE}},  # which nobody needs
        {"$ref": "#/$defs/nowhere"},  # refused by another rule, as these are
        {"$ref": "https://example.org/schema.json"},
        {"$ref": 5, "type": "array", "minItems": "1", "required": "a", "allOf": {}},
    ],
)
def test_what_comes_to_an_end_passes(schema: dict[str, Any]) -> None:
    assert endless_reference(schema) is None


@pytest.mark.parametrize("step", [1, -1])
def test_a_long_way_round_is_found_soon(step: int) -> None:
    definitions = {f"d{number}": {"$ref": f"#/$defs/d{number + step}"} for number in range(3000)}
    last = "d3000" if step > 0 else "d-1"
    first = "d0" if step > 0 else "d2999"

    assert endless_reference({"$ref": f"#/$defs/{first}", "$defs": definitions | {last: {"type": "string"}}}) is None
    assert endless_reference({"$ref": f"#/$defs/{first}", "$defs": definitions | {last: ROOT}}) is not None


def test_pointers_are_read_as_a_uri_has_them() -> None:
    root = {"$defs": {"a/b": 1, "c~d": 2, "e%f": 3, "g h": 4, "~1": 5}, "anyOf": [6, {"x": 7}]}

    for pointer, found in {
        "#": root, "#/$defs/a~1b": 1, "#/$defs/c~0d": 2, "#/$defs/e%25f": 3, "#/$defs/g%20h": 4, "#/$defs/~01": 5,
        "#/anyOf/0": 6, "#/anyOf/1/x": 7, "#/anyOf/2": None, "#/anyOf/-1": None, "#/anyOf/x": None, "#/$defs/a": None,
        "#/$defs/a/b": None, "#/$defs/e%25f/x": None,
    }.items():  # fmt: skip
        assert pointed_at(pointer, root) == found, pointer
    assert [is_pointer(each) for each in ("#", "#/a", "#a", "a.json#/a", "", None, 5)] == [True] * 2 + [False] * 5
