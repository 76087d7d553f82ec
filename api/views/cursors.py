"""Pagination by opaque cursors: where a list goes on. They name a place and not a count, so what comes or goes moves
nothing.
"""

import base64
import binascii
import json
from typing import Any

from common.errors import InvalidInput
from common.field_problem import INVALID, FieldProblem

_LARGEST = 2**53
_LONGEST = 256


def encode_cursor(kind: str, *place: int | str) -> str:
    """The cursor of a place in a list of that kind."""
    text = json.dumps([kind, *place], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(text: str, kind: str, *types: type[int | str]) -> tuple[Any, ...]:
    """The place. Raises InvalidInput for what is no cursor of such a list."""
    try:
        padded = text[:_LONGEST] + "=" * (-len(text) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as exc:
        raise _refusal() from exc
    if not isinstance(found, list) or found[:1] != [kind] or len(found) != len(types) + 1:
        raise _refusal()
    for value, wanted in zip(found[1:], types, strict=True):
        if type(value) is not wanted or (isinstance(value, int) and not 0 <= value <= _LARGEST):
            raise _refusal()
    return tuple(found[1:])


def _refusal() -> InvalidInput:
    message = "Is no cursor of this list: send next_cursor as it came, with the same filters."
    return InvalidInput(FieldProblem("cursor", INVALID, message))
