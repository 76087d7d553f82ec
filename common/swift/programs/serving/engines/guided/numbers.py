"""Numbers in schemas. llguidance reads each as a double, which may be a little off from 16 digits on, and takes an
exclusive bound for an inclusive one where the other bound is near.
"""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, TypeGuard

WHOLE_MAX = 2**53
_DIGITS = 15
_PLACES = 22  # 10**22 is the last power of ten that is a double
_BOUNDS = (("minimum", "exclusiveMinimum", 1), ("maximum", "exclusiveMaximum", -1))
BOUNDS = frozenset(key for bound in _BOUNDS for key in bound[:2])


def is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_exact(value: float) -> bool:
    """Whether llguidance reads and writes just this number."""
    if abs(value) > WHOLE_MAX:
        return False
    if value == int(value):
        return True
    _, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    return len(digits) <= _DIGITS and int(exponent) >= -_PLACES


def bounds(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Its bounds as inclusive ones that are exact: a little further in, where they have to be."""
    told = {key: value for key, value in schema.items() if key in BOUNDS}
    for inclusive, exclusive, inwards in _BOUNDS:
        found = [_inner(told[inclusive], inwards)] if is_number(told.get(inclusive)) else []
        if told.get(exclusive) is True and found:  # as the fourth draft says it
            found = [_further(told[inclusive], inwards)]
        elif is_number(told.get(exclusive)):
            found.append(_further(told[exclusive], inwards))
        elif told.get(exclusive) not in (None, False):
            continue
        if found:
            told.pop(exclusive, None)
            told[inclusive] = _plain(max(found) if inwards > 0 else min(found))
    return told


def _inner(value: float, inwards: int) -> Decimal:
    """The number, or the next one that is exact."""
    exact = Decimal(repr(value))
    if is_exact(value):
        return exact
    step = _step(exact)
    return (exact / step).to_integral_value(ROUND_CEILING if inwards > 0 else ROUND_FLOOR) * step


def _further(value: float, inwards: int) -> Decimal:
    """The next number that is exact, and another one."""
    exact = Decimal(repr(value))
    step = _step(exact)
    return ((exact / step).to_integral_value(ROUND_FLOOR if inwards > 0 else ROUND_CEILING) + inwards) * step


def _step(exact: Decimal) -> Decimal:
    """From one number of so many digits to the next; for those below 1, with so many places."""
    before_point = max(exact.adjusted() + 1, 0) if exact else 0
    return Decimal(10) ** (before_point - _DIGITS)


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
