"""A schema that refuses unknown fields by name and tells the nearest one that there is."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError

from common.swift.options.suggest import did_you_mean


class StrictSchema(Schema):
    """A body or a part of one. A subclass may know better what an unknown field was meant to be."""

    class Meta:
        unknown = RAISE

    def about_unknown(self, name: str) -> str:
        """What to tell about a field that there is not."""
        return f"no such field{did_you_mean(name, self.fields)}"

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any) -> None:
        """Put these words in the place of marshmallow's `Unknown field.`"""
        unknown = [self.error_messages["unknown"]]
        if isinstance(error.messages, dict):
            for name, messages in error.messages.items():
                if messages == unknown and name not in self.fields:
                    error.messages[name] = [self.about_unknown(str(name))]
