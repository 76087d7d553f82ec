"""Reads fields of a request's body, each checked for its type and range: a wrong one is refused by its name."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from .errors import missing, unknown_parameter, unsupported_parameter, unsupported_value, wrong_type, wrong_value

_WORDS: dict[type, str] = {
    bool: "a boolean",
    int: "an integer",
    float: "a decimal",
    str: "a string",
    list: "an array",
    dict: "an object",
    type(None): "null",
}

_SHOWN_MAX = 80  # of a value or a name that a client sent
_DIGITS_MAX = 40


class Fields:
    """The fields of one object; `null` counts as absent, as OpenAI has it. Each read raises ApiError.

    `drop`: what would be refused as not supported is left out, here and in what is within.
    """

    def __init__(self, body: Mapping[str, Any], prefix: str = "", *, drop: bool = False) -> None:
        self.body = body
        self.drop = drop
        self._prefix = prefix

    @classmethod
    def of_request(cls, body: Mapping[str, Any]) -> "Fields":
        """Of the whole body, which says whether to drop. Raises ApiError."""
        return cls(body, drop=cls(body).flag("drop_params"))

    def name(self, key: str) -> str:
        """As errors tell it."""
        return f"{self._prefix}{key[:_SHOWN_MAX]}"

    @property
    def place(self) -> str:
        """Of the object itself, as errors tell it."""
        return self._prefix.removesuffix(".")

    def has(self, key: str) -> bool:
        return self.body.get(key) is not None

    def text(self, key: str, default: str | None = None) -> str | None:
        value = self._of(key, (str,), "a string")
        return default if value is None else str(value)

    def needed_text(self, key: str) -> str:
        value = self.text(key)
        if not value:
            raise missing(self.name(key))
        return value

    def word(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        """One of the allowed; needed where there is no default."""
        value = self.text(key, default)
        if value is None:
            raise missing(self.name(key))
        if value not in allowed:
            raise wrong_value(self.name(key), f"'{value[:_SHOWN_MAX]}'; allowed: {', '.join(sorted(allowed))}.")
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self._of(key, (bool,), "a boolean")
        return default if value is None else bool(value)

    def whole(self, key: str, least: int, most: int) -> int | None:
        """An integer within both bounds; 8.0 is one, as JSON has one kind of number."""
        value = self.body.get(key)
        value = int(value) if isinstance(value, float) and value.is_integer() else self._of(key, (int,), "an integer")
        return None if value is None else int(self._in_range(key, value, least, most))

    def number(self, key: str, least: float, most: float) -> float | None:
        value = self._of(key, (int, float), "a number")
        return None if value is None else float(self._in_range(key, value, least, most))

    def items(self, key: str) -> list[Any] | None:
        value = self._of(key, (list,), "an array")
        return None if value is None else list(value)

    def object(self, key: str) -> dict[str, Any] | None:
        value = self._of(key, (dict,), "an object")
        return None if value is None else dict(value)

    def inner(self, key: str) -> "Fields":
        """The fields of an object within; of an empty one where it is absent."""
        return Fields(self.object(key) or {}, f"{self.name(key)}.", drop=self.drop)

    def each(self, key: str) -> list["Fields"]:
        """Those of each object in an array; none where it is absent."""
        each = []
        for place, value in enumerate(self.items(key) or []):
            where = f"{self.name(key)}[{place}]"
            if not isinstance(value, dict):
                raise wrong_type(where, "an object", kind_of(value))
            each.append(Fields(value, f"{where}.", drop=self.drop))
        return each

    def only(self, known: Collection[str]) -> None:
        """Refuse what is in none of OpenAI's documents either."""
        for key in self.body:
            if key not in known and self.has(key) and not self.drop:
                raise unknown_parameter(self.name(key))

    def refuse(self, refused: Mapping[str, str]) -> None:
        """Refuse OpenAI's parameters that are not honoured here: `refused` has the reason of each, as the end of a
        sentence about it. One that is absent, or false, passes. An empty one does not: `{}` turns some of them on.
        """
        for key, why in refused.items():
            if self.has(key) and self.body[key] is not False and not self.drop:
                raise unsupported_parameter(self.name(key), why)

    def limit(self, limited: Mapping[str, tuple[Any, ...]]) -> None:
        """Refuse OpenAI's parameters where they say anything but what is done anyhow."""
        for key, values in limited.items():
            if self.has(key) and self.body[key] not in values and not self.drop:
                raise unsupported_value(self.name(key), f"may be {' or '.join(map(_as_json, values))} only")

    def _of(self, key: str, kinds: tuple[type, ...], wanted: str) -> Any:
        value = self.body.get(key)
        if value is None or (isinstance(value, kinds) and not (isinstance(value, bool) and bool not in kinds)):
            return value
        raise wrong_type(self.name(key), wanted, kind_of(value))

    def _in_range(self, key: str, value: float, least: float, most: float) -> float:
        if not least <= value <= most:
            raise wrong_value(self.name(key), f"{str(value)[:_DIGITS_MAX]} is outside {least} to {most}.")
        return value


def kind_of(value: Any) -> str:
    """The kind of a JSON value in OpenAI's words."""
    return _WORDS.get(type(value), type(value).__name__)


def _as_json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
