"""Sentences that were made in English, in the language of the answer."""

from typing import Any

from marshmallow import fields

from api.language.messages import told


class Told(fields.String):
    """A text for people, in the reader's language."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        text = super()._serialize(value, attr, obj, **kwargs)
        return told(text) if text else text
