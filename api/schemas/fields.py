"""Fields that bodies and answers are made of, beside marshmallow's own, and the schema that refuses unknown ones."""

import re
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from common.ids import MODEL_NAME_PATTERN
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


class Number(fields.Float):
    """marshmallow's own takes numbers in quotes, too."""

    default_error_messages = {"invalid": "Must be a number, without quotes."}  # noqa: RUF012 - marshmallow's way

    def _validated(self, value: Any) -> float:
        if isinstance(value, str):
            raise self.make_error("invalid", input=value)
        number: float = super()._validated(value)
        return number


class TrueOrFalse(fields.Boolean):
    """marshmallow's own takes 0, "no" and the like, too."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class OneOrMore(fields.Field[Any]):
    """A text, or a list of at least one; loaded and dumped in the form in which it was sent. `each` is what checks a
    text, and `form` the same for the OpenAPI document. Faults of an element are told by its index.
    """

    def __init__(self, each: list[validate.Validator], form: dict[str, Any], *, most: int = 64, **kwargs: Any) -> None:
        forms: list[Any] = [form, {"type": "array", "items": form, "minItems": 1, "maxItems": most}]
        if kwargs.get("allow_none"):
            forms.append({"type": "null"})
        super().__init__(metadata={"anyOf": forms, **kwargs.pop("metadata", {})}, **kwargs)
        self._one = fields.String(validate=each)
        self._many = fields.List(self._one, validate=validate.Length(min=1, max=most))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str | list):
            raise ValidationError("Must be a text, or a list of texts.")
        form = self._many if isinstance(value, list) else self._one
        return form.deserialize(value, attr, data, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return list(value) if isinstance(value, tuple) else value


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


def name_text(pattern: str, longest: int, marks: str = "_.-") -> "WholeText":
    """The pattern of a name, with an error that says what a name may be."""
    rule = f"Must be 1 to {longest} letters, digits or any of {marks}, and begin with a letter or a digit."
    return WholeText(pattern, error=rule)


def model_name_text() -> "WholeText":
    """A name that a model may answer to, with an error that says the rule."""
    rule = (
        "Must be 1 to 64 letters, digits or any of _.-, and begin with a letter or a digit; "
        "or two such names with one slash between them, such as team/bot, of which the second is not rollback."
    )
    return WholeText(MODEL_NAME_PATTERN, error=rule)


class WholeText(validate.Regexp):
    """As OpenAPI reads a pattern between `^` and `$`: Python's `$` would let a newline follow."""

    def __call__(self, value: Any) -> Any:
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self._format_error(value))
        return value


PATTERN = r"^[1-9]\d{0,6}(\.\d{1,3})? ?(MB|MiB|GB|GiB|TB|TiB)$"
_FORM = re.compile(r"(?P<number>\d+(\.\d+)?) ?(?P<unit>[MGT])i?B")
_MIB = {"M": 1, "G": 1024, "T": 1024 * 1024}


class MemorySize(fields.String):
    """Loads "16GB" as 16384: whole MiB. GB is taken for GiB, as data sheets of GPUs mean it."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"pattern": PATTERN, "example": "16GB", **kwargs.pop("metadata", {})}
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not re.fullmatch(PATTERN.removeprefix("^").removesuffix("$"), text, re.ASCII):
            raise ValidationError("Must be a size such as 16GB or 8192MiB.")
        found = _FORM.fullmatch(text)
        mib = round(float(found["number"]) * _MIB[found["unit"]]) if found else 0
        return max(1, mib)


def size_text(mib: int) -> str | None:
    """16384 as "16GiB", 1000 as "1000MiB"; nothing for 0."""
    if not mib:
        return None
    return f"{mib // 1024}GiB" if mib % 1024 == 0 else f"{mib}MiB"


class Sentence(str):
    """A text of ours for people, among the names, paths and words for programs of an answer.

    It is English as long as nobody knows who reads it: what writes the answer puts it into the reader's language.
    """

    __slots__ = ()


class Told(fields.String):
    """A sentence for people, in the reader's language."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        text = super()._serialize(value, attr, obj, **kwargs)
        return Sentence(text) if text else text


class ToldUnless(Told):
    """A sentence, or one of a few words for programs, which are the same in every language."""

    def __init__(self, *words: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._words = words

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        text = super()._serialize(value, attr, obj, **kwargs)
        return str(text) if text in self._words else text
