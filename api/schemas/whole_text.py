"""A pattern that holds for a whole text."""

from typing import Any

from marshmallow import ValidationError, validate


def name_text(pattern: str, longest: int, marks: str = "_.-") -> "WholeText":
    """The pattern of a name, with an error that says what a name may be."""
    rule = f"Must be 1 to {longest} letters, digits or any of {marks}, and begin with a letter or a digit."
    return WholeText(pattern, error=rule)


class WholeText(validate.Regexp):
    """As OpenAPI reads a pattern between `^` and `$`: Python's `$` would let a newline follow."""

    def __call__(self, value: Any) -> Any:
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self._format_error(value))
        return value
