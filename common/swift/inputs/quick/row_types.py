"""Types for rows that look like some which are known: msgspec decodes lines into them, and fails at any other kind."""

from collections.abc import Collection
from itertools import chain
from operator import attrgetter
from typing import Annotated, Any, Literal

import msgspec

from common.swift.data.kinds import DATE
from common.swift.data.shapes import KNOWN_ROLES

FIELDS_MAX = 60
TEXTS = ("content", "value")
ROLES = ("role", "from")
# What else in a turn has a say in what is learned, if it is true or a number.
FLAGS = ("loss", "weight")
CALLS = ("tool_calls", "function_call")
# A column that has only such so far is one of dates to `datasets`.
DATES = Annotated[str, msgspec.Meta(pattern=f"^{DATE.pattern}$")]
NO_ELEMENTS = Annotated[list[Any], msgspec.Meta(max_length=0)]
ABSENT = (None, msgspec.UNSET)


class NotPlain(Exception):
    """Such rows have to be judged one by one."""


class Struct:
    """Objects with the keys of these. `turns` are those keys that hold lists of messages. Raises NotPlain."""

    def __init__(self, objects: list[dict[str, Any]], turns: Collection[str] = (), *, is_turn: bool = False) -> None:
        names = list(dict.fromkeys(chain.from_iterable(objects)))
        if len(names) > FIELDS_MAX or not names or (is_turn and set(names) & set(CALLS)):
            raise NotPlain
        if any(name.endswith("\\") for name in names):  # the end of such a key looks like that of an escaped mark
            raise NotPlain
        self.fields = [
            Field(f"f{number}", name, [one.get(name, msgspec.UNSET) for one in objects], name in turns, is_turn)
            for number, name in enumerate(names)
        ]
        self.is_even = all(field.is_even for field in self.fields)
        self.type = msgspec.defstruct(
            "Row",
            [(field.attribute, field.type, *field.default) for field in self.fields],
            rename={field.attribute: field.name for field in self.fields},
            forbid_unknown_fields=True,
            kw_only=True,
            gc=False,
        )

    def field(self, names: Collection[str]) -> "Field":
        """The one that is in every object under one of these names. Raises NotPlain."""
        found = [field for field in self.fields if field.name in names]
        if len(found) != 1 or found[0].is_optional:
            raise NotPlain
        return found[0]

    def count_keys(self, objects: list[Any]) -> int:
        """How many keys are written in these objects, and in what they hold."""
        return sum(len(objects) if field.is_even else field.count_keys(objects) for field in self.fields)


class Field:
    """A key of such objects. `inner` are the objects in it, `in_list` when it has lists of them.

    `is_text`: texts, if anything; `is_flag`: true or false, if anything; `is_nothing`: null or an empty list;
    `is_sure`: always there, and never null; `has_names`: texts or lists of them. `values` are those of roles.
    """

    def __init__(self, attribute: str, name: str, values: list[Any], has_turns: bool, is_turn: bool) -> None:
        self.attribute = attribute
        self.name = name
        self.get = attrgetter(attribute)
        self.inner: Struct | None = None
        self.in_list = False
        self.has_turns = has_turns
        present = [value for value in values if value not in ABSENT]
        kinds = {type(value) for value in present}
        self.values = frozenset(present if is_turn and name in ROLES and kinds == {str} else ())
        self.is_text = kinds == {str}
        self.is_flag = kinds == {bool}
        self.is_nothing = kinds <= {list} and not any(present)
        self.is_sure = len(present) == len(values)
        if has_turns and not (self.is_sure and all(map(_are_turns, values))):
            raise NotPlain
        kind = self._kind_in_turn(kinds, values) if is_turn else None
        kind = kind or self._kind(kinds, present)
        kind = kind if kind is None or None not in values else kind | None
        self.has_names = kinds <= {str} or (kinds == {list} and all(map(_are_texts, present)))
        self.is_optional = msgspec.UNSET in values
        self.type = kind | msgspec.UnsetType if self.is_optional else kind
        self.default = (msgspec.UNSET,) if self.is_optional else ()

    @property
    def is_even(self) -> bool:
        """Whether it is one key in each object, and no more."""
        return not self.is_optional and self.inner is None

    def count_keys(self, objects: list[Any]) -> int:
        values = [value for value in map(self.get, objects) if value is not msgspec.UNSET]
        if self.inner is None:
            return len(values)
        there = [value for value in values if value is not None]
        if self.in_list and self.inner.is_even:
            return len(values) + sum(map(len, there)) * len(self.inner.fields)
        return len(values) + self.inner.count_keys(list(chain.from_iterable(there)) if self.in_list else there)

    def _kind_in_turn(self, kinds: set[type], values: list[Any]) -> Any:
        if self.name in ROLES:
            if not kinds == {str} or not set(values) <= KNOWN_ROLES:
                raise NotPlain
            return Literal[tuple(sorted(set(values)))]
        if (self.name in TEXTS and kinds != {str}) or (self.name in FLAGS and kinds & {list, dict}):
            raise NotPlain
        return None

    def _kind(self, kinds: set[type], values: list[Any]) -> Any:
        if not values:
            return None
        if kinds <= {int, float}:
            return float if float in kinds else int
        if len(kinds) > 1:
            raise NotPlain
        if kinds == {dict}:
            self.inner = Struct(values)
            return self.inner.type
        if kinds == {list}:
            return self._list(list(chain.from_iterable(values)))
        return DATES if kinds == {str} and all(map(DATE.fullmatch, values)) else kinds.pop()

    def _list(self, elements: list[Any]) -> Any:
        kinds = {type(element) for element in elements}
        if not elements:
            return NO_ELEMENTS
        if kinds == {dict}:
            self.in_list = True
            self.inner = Struct(elements, is_turn=self.has_turns)
            return list[self.inner.type]  # type: ignore[name-defined]  # made here
        if kinds <= {int, float}:
            return list[float if float in kinds else int]  # type: ignore[misc]  # a type that was found
        if len(kinds) > 1 or kinds & {list, type(None)}:
            raise NotPlain
        return list[kinds.pop()]  # type: ignore[misc]  # a type that was found


def _are_turns(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(turn, dict) for turn in value)


def _are_texts(value: list[object]) -> bool:
    return all(isinstance(one, str) for one in value)
