"""What a body may be."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.edge.bodies import UnfitBody, parse_body

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=15,
)


@given(VALUES)
def test_any_value_of_json_is_taken(value: object) -> None:
    assert parse_body(json.dumps(value).encode()) == value
    assert parse_body(json.dumps(value, ensure_ascii=False).encode()) == value


def test_an_empty_body_is_left_to_the_endpoint() -> None:
    assert parse_body(b"") is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"{", "is not JSON"),
        (b"NaN", "NaN is no number"),
        (b"[-Infinity]", "-Infinity is no number"),
        (b"1e999", "too large: 1e999"),
        (b"\xff", "not UTF-8: byte 0"),
        (b'"\\ud800"', "surrogate"),
        (b'{"\\udfff": 1}', "surrogate"),
        (b'{"a": 1, "a": 1}', "the name 'a' twice"),
        (b"9" * 301, "more than 300 digits"),
        (b"[" * 33 + b"]" * 33, "32 levels"),
        (b"[" * 500_000, "32 levels"),
        (b'{"a":' * 500_000, "32 levels"),
    ],
)
def test_anything_else_is_refused_with_the_reason(body: bytes, why: str) -> None:
    with pytest.raises(UnfitBody, match=why):
        parse_body(body)


def test_the_deepest_body_that_is_taken() -> None:
    assert parse_body(b"[" * 31 + b"1" + b"]" * 31)
