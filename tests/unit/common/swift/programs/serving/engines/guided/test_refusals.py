"""Why a schema is refused: the place, the reason, the way out; what llguidance says is told by a test that asks it."""

from collections.abc import Mapping
from typing import Any

import pytest

from common.swift.programs.serving.engines.guided.refusals import explained, short

LOOKAROUND = "regex parse error: look-around is not supported"
RAW = (
    "at 1(8): failed to compile JSON schema: regex parse error:\n    ^(?!x)a\n     ^^^\nerror: look-around is not "
    'supported\n   1 | start: %json {"type": "string"}\n              ^\n'
)


def test_a_reason_is_one_line_without_the_grammar() -> None:
    assert short(RAW) == LOOKAROUND
    assert short('at 1(8): failed to compile JSON schema: Unimplemented keys: ["not"]\n   1 | start') == (
        'Unimplemented keys: ["not"]'
    )
    assert len(short("x" * 1000)) == 300


def _looks_around(schema: Mapping[str, Any]) -> str:
    return LOOKAROUND if "(?" in str(schema) else ""


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"type": "string", "pattern": "(?!x)"}, "pattern"),
        ({"properties": {"a": {}, "e": {"pattern": "(?!x)"}}}, "properties.e.pattern"),
        ({"items": {"anyOf": [{}, {"allOf": [{"pattern": "(?!x)"}]}]}}, "items.anyOf[1].allOf[0].pattern"),
        ({"patternProperties": {"(?=a)": {}}}, "patternProperties"),
        ({"properties": {"a": {"$ref": "#/$defs/b~1c"}}, "$defs": {"b/c": {"pattern": "(?!x)"}}}, "$defs.b/c.pattern"),
        ({"default": {"pattern": "(?!x)"}, "enum": ["(?!x)"]}, ""),
    ],
)
def test_the_place_is_that_of_the_innermost_part_that_fails(schema: dict[str, Any], place: str) -> None:
    def why_not(part: Mapping[str, Any]) -> str:
        left = {key: value for key, value in part.items() if key not in ("$defs", "default", "enum")}
        if str(left.get("$ref", "")).startswith("#/"):
            left = schema["$defs"]["b/c"]
        return _looks_around(left)

    told = explained(schema, LOOKAROUND, why_not)

    where = f"'{place}': " if place else ""
    assert (
        told == f"{where}the pattern cannot be read: look-around is not supported. Write it without that, or remove it"
    )


def test_what_fits_no_value_is_told_where_it_is_said() -> None:
    def why_not(part: Mapping[str, Any]) -> str:
        return "Unsatisfiable schema: minimum (5) is greater than maximum (3)" if "minimum" in part else ""

    schema = {"properties": {"n": {"minimum": 5, "maximum": 3}}, "required": ["n"]}
    told = explained(schema, "Unsatisfiable schema: required property 'n' is unsatisfiable", why_not)

    assert told == (
        "'properties.n': no value fits it: minimum (5) is greater than maximum (3). Change it so that one does"
    )


def test_all_keywords_that_are_not_honoured_are_named() -> None:
    reason = 'Unimplemented keys: ["if", "then"]'

    told = explained({"items": {"if": {}, "then": {}}}, reason, lambda part: reason if "if" in part else "")

    assert told == (
        "'items.if' and 'items.then': this is not honoured. Remove it, and check it yourself where it matters"
    )


def test_a_circle_of_references_is_gone_round_once() -> None:
    schema: dict[str, Any] = {"properties": {"a": {"$ref": "#"}}}

    assert explained(schema, "no", lambda _: "no") == "'properties.a': no. Remove it, or write it otherwise"


def test_a_long_path_is_told_by_its_end() -> None:
    schema: dict[str, Any] = {"pattern": "("}
    for _ in range(40):
        schema = {"properties": {"name": schema}}

    told = explained(schema, "no", lambda _: "no")

    assert told.startswith("'…")
    assert told.endswith("properties.name': no. Remove it, or write it otherwise")
    assert len(told) < 300


@pytest.mark.parametrize(
    ("part", "reason", "told"),
    [
        (
            {"pattern": r"\bfoo"},
            r"lookarounds not supported yet; WordUnicode in regex /\bfoo/",
            "'items.pattern': the pattern looks at what is around a place (\\b, \\B, or ^ and $ within)",
        ),
        (
            {"minimum": -(2**63)},
            "Failed to generate regex for integer range: min=Some(-9223372036854775808), max=None",
            "'items': the numbers from 'minimum' to 'maximum' have too many digits",
        ),
    ],
)
def test_words_of_the_engine_are_told_as_the_schemas(part: dict[str, Any], reason: str, told: str) -> None:
    def why_not(inner: Mapping[str, Any]) -> str:
        return reason if "items" in inner or inner == part else ""

    assert explained({"items": part}, reason, why_not).startswith(told)
