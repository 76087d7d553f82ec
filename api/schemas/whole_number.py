"""A whole number as JSON knows it: 9.0 is one, and neither "9" nor true is."""

from typing import Any

from marshmallow import fields

WHOLE_SECONDS = "Must be a whole number of seconds, such as 7200."


class WholeNumber(fields.Integer):
    """JSON has one kind of number: a client that writes 9 as 9.0 means the same."""

    default_error_messages = {"invalid": "Must be a whole number, without quotes."}  # noqa: RUF012 - marshmallow's way

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)

    def _validated(self, value: Any) -> int:
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        number: int = super()._validated(whole)
        return number
