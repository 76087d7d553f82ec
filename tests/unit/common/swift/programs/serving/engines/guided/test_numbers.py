from typing import Any

import pytest

from common.swift.programs.serving.engines.guided.numbers import bounds, is_exact


@pytest.mark.parametrize("value", [0, 1, -5, 2**53, 0.5, 1.0, 0.123456789012345, -1e-15])
def test_a_number_that_a_double_tells_in_fifteen_digits_is_exact(value: float) -> None:
    assert is_exact(value)


@pytest.mark.parametrize("value", [2**53 + 1, 12345678901234567890, 0.30000000000000004, 1e300, 8.30456697088632e-15])
def test_a_number_that_would_be_changed_is_not(value: float) -> None:
    assert not is_exact(value)


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"minimum": 0, "maximum": 0.5}, {"minimum": 0, "maximum": 0.5}),
        ({"exclusiveMinimum": 0, "maximum": 0.5}, {"minimum": 1e-15, "maximum": 0.5}),
        ({"minimum": -0.5, "exclusiveMaximum": 0}, {"minimum": -0.5, "maximum": -1e-15}),
        ({"exclusiveMinimum": 1, "maximum": 1.5}, {"minimum": 1.00000000000001, "maximum": 1.5}),
        ({"exclusiveMinimum": -1}, {"minimum": -0.99999999999999}),
        ({"exclusiveMaximum": 0.25}, {"maximum": 0.249999999999999}),
        ({"minimum": 3, "exclusiveMinimum": 1}, {"minimum": 3}),
        ({"minimum": 1, "exclusiveMinimum": True}, {"minimum": 1.00000000000001}),
        ({"minimum": 1, "exclusiveMinimum": False}, {"minimum": 1}),
        ({"minimum": 2**53 + 1}, {"minimum": 9007199254741000}),
        ({"maximum": 2**63 - 1}, {"maximum": 9223372036854770000}),
        ({"maximum": 0.30000000000000004}, {"maximum": 0.3}),
        ({"minimum": 0.30000000000000004}, {"minimum": 0.300000000000001}),
        ({"exclusiveMinimum": "1"}, {"exclusiveMinimum": "1"}),
        ({"type": "number"}, {}),
    ],
)
def test_bounds_are_inclusive_and_no_further_out(schema: dict[str, Any], told: dict[str, Any]) -> None:
    assert bounds(schema) == told
