"""A pattern that holds for a whole text."""

from typing import Any

from marshmallow import ValidationError, validate


class WholeText(validate.Regexp):
    """As OpenAPI reads a pattern between `^` and `$`: Python's `$` would let a newline follow."""

    def __call__(self, value: Any) -> Any:
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self._format_error(value))
        return value
