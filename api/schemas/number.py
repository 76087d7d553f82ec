"""A number as JSON knows it: neither "1e-4" nor true is one, as in a whole number."""

from typing import Any

from marshmallow import fields


class Number(fields.Float):
    """marshmallow's own takes numbers in quotes, too."""

    default_error_messages = {"invalid": "Must be a number, without quotes."}  # noqa: RUF012 - marshmallow's way

    def _validated(self, value: Any) -> float:
        if isinstance(value, str):
            raise self.make_error("invalid", input=value)
        number: float = super()._validated(value)
        return number
