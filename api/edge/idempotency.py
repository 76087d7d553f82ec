"""The Idempotency-Key of a request."""

from flask import request

from common.errors import InvalidInput
from common.field_problem import INVALID, FieldProblem

HEADER = "Idempotency-Key"
MAX_LENGTH = 255
HEADER_PARAMETER = {
    "in": "header",
    "name": HEADER,
    "description": "A text of your choice: sent again with the same body, it makes no second job.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH, "pattern": r"\S"},
}


def sent_idempotency_key() -> str | None:
    """The key, or None when none was sent. Raises InvalidInput."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not key.strip() or len(key) > MAX_LENGTH or any(ord(letter) < 32 or ord(letter) == 127 for letter in key):
        text = f"Must be 1 to {MAX_LENGTH} characters, not all of them blank, and none of them a control character."
        raise InvalidInput(FieldProblem(HEADER, INVALID, text))
    return key
