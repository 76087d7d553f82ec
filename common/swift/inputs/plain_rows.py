"""Rows of JSON lines that look like some which are known to be good: msgspec decodes them into the types of those."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, repeat
from operator import attrgetter
from typing import Annotated, Any, Literal, Self

import msgspec

from common.swift.data.contents import MESSAGES
from common.swift.data.kinds import DATE
from common.swift.inputs.judging import Judges
from common.swift.inputs.media_names import BESIDE, COLUMN

FIELDS_MAX = 60
# Turns that are texts and nothing else; what tools are asked and answer is judged one by one.
PLAIN_ROLES = frozenset({"system", "user", "human", "assistant", "gpt", "bot"})
TURN_TEXTS = ("content", "value")
TURN_ROLES = ("role", "from")
# A text that names an image, however it is spelled, is looked at by whom it concerns.
MAY_NAME_MEDIA = re.compile(rb"img|\\u00|&", re.IGNORECASE)


# A column that has only such so far is one of dates to `datasets`.
DATES = Annotated[str, msgspec.Meta(pattern=f"^{DATE.pattern}$")]


class _NotPlainError(Exception):
    pass


class PlainRows:
    """Counts rows whose columns, kinds and outlines are known; knows when anything else is among the lines."""

    def __init__(self, table: "_Struct", judges: Judges) -> None:
        self._decoder = msgspec.json.Decoder(table.type)
        self._table = table
        self._media_in_texts = judges.media_in_texts
        self._outlines: set[tuple[Any, ...]] = set()
        self._texts = [field for field in table.fields if judges.name_of(field.name) in judges.wanted and field.is_text]
        self._turns = next((field for field in table.fields if judges.name_of(field.name) in MESSAGES), None)
        if self._turns is None and not self._texts:
            raise _NotPlainError
        turn = self._turns.inner if self._turns else None
        self._role_and_text = turn.role_and_text() if turn else (str, str)

    @classmethod
    def like(cls, lines: Sequence[bytes], judges: Judges) -> Self | None:
        """Rows like these, which are good; None when such rows have to be judged one by one."""
        try:
            records = [msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf")) for line in lines]
            _refuse_judged(records, judges)
            rows = cls(_Struct(records, judges), judges)
        except (_NotPlainError, msgspec.MsgspecError, ValueError):
            return None
        for line in lines:
            rows.learn(line)
        return rows

    def learn(self, line: bytes) -> bool:
        """Remember the outline of a good row; False when it has other columns or kinds."""
        try:
            row = self._decoder.decode(line)
        except msgspec.MsgspecError:
            return False
        self._outlines |= self._outlines_of([row])
        return True

    def count(self, lines: bytes) -> int:
        """How many rows these whole lines are; -1 when one of them has to be judged."""
        try:
            rows = self._decoder.decode_lines(lines)
        except msgspec.MsgspecError:
            return -1
        if len(rows) != lines.count(b"\n") + (not lines.endswith(b"\n")) or not self._are_keys_once(rows, lines):
            return -1
        if self._media_in_texts and MAY_NAME_MEDIA.search(lines):
            return -1
        return len(rows) if self._outlines_of(rows) <= self._outlines else -1

    def _are_keys_once(self, rows: list[Any], lines: bytes) -> bool:
        """msgspec takes the last of two equal keys; `datasets` ends at them."""
        wanted: Counter[str] = Counter()
        self._table.count_keys(rows, wanted)
        # Within a text the quotation mark is escaped. Where there is room before the colon, each key is counted.
        if lines.count(b'":') - lines.count(b'\\":') == wanted.total():
            return True
        return all(lines.count(f'"{name}"'.encode()) == count for name, count in wanted.items())

    def _outlines_of(self, rows: list[Any]) -> set[tuple[Any, ...]]:
        parts: list[Iterable[Any]] = []
        for field in self._texts:
            parts.append(_states(list(map(field.get, rows))))
        if self._turns is not None:
            parts.append(self._turn_outlines(list(map(self._turns.get, rows))))
        return set(zip(*parts, strict=True))

    def _turn_outlines(self, dialogues: list[Any]) -> list[Any]:
        """Whose turns they are, and which of them are empty where one is."""
        role, text = self._role_and_text
        roles = [tuple(map(role, turns)) for turns in dialogues]
        texts = list(map(text, chain.from_iterable(dialogues)))
        if all(texts) and not any(map(str.isspace, texts)):
            return roles
        states = [tuple(_state(text(one)) for one in turns) for turns in dialogues]
        return [
            who if all(state is True for state in there) else (*who, there)
            for who, there in zip(roles, states, strict=True)
        ]


def _states(texts: list[str | None]) -> Iterable[bool | None]:
    if all(texts) and not any(map(str.isspace, texts)):  # type: ignore[arg-type]  # not one of them is None
        return repeat(True, len(texts))
    return map(_state, texts)


def _state(text: str | None) -> bool | None:
    return None if text is None else bool(text) and not text.isspace()


class _Field:
    """A column, or a key of an object in one. `inner` are the objects in it, when it has a list of them."""

    def __init__(self, attribute: str, name: str, values: list[Any], judges: Judges, is_turn: bool) -> None:
        self.name = name
        self.get = attrgetter(attribute)
        self.inner: _Struct | None = None
        self.in_list = False
        present = [value for value in values if value is not None and value is not msgspec.UNSET]
        self.is_text = bool(present) and all(isinstance(value, str) for value in present)
        kind = self._kind(present, judges, is_turn)
        kind = kind if kind is None or all(value is not None for value in values) else kind | None
        self.is_optional = any(value is msgspec.UNSET for value in values)
        self.type = kind | msgspec.UnsetType if self.is_optional else kind

    def _kind(self, values: list[Any], judges: Judges, is_turn: bool) -> Any:
        kinds = {type(value) for value in values}
        if is_turn and self.name in TURN_ROLES:
            return _roles(values)
        if is_turn and self.name in TURN_TEXTS and kinds != {str}:
            raise _NotPlainError
        if not values:
            return None
        if kinds <= {int, float}:
            return float if float in kinds else int
        if len(kinds) > 1:
            raise _NotPlainError
        if kinds == {dict}:
            self.inner = _Struct(values, judges)
            return self.inner.type
        if kinds == {list}:
            return self._list(list(chain.from_iterable(values)), judges)
        return DATES if kinds == {str} and all(map(DATE.fullmatch, values)) else kinds.pop()

    def _list(self, elements: list[Any], judges: Judges) -> Any:
        if not elements:
            return Annotated[list[Any], msgspec.Meta(max_length=0)]
        kinds = {type(element) for element in elements}
        if kinds == {dict}:
            self.in_list = True
            self.inner = _Struct(elements, judges, are_turns=judges.name_of(self.name) in MESSAGES)
            return list[self.inner.type]  # type: ignore[name-defined]  # made here
        if len(kinds) > 1 or kinds & {list, type(None)}:
            raise _NotPlainError
        return list[kinds.pop()]  # type: ignore[misc]  # a type that was found


def _roles(values: list[Any]) -> Any:
    found = set(values)
    if not found or not found <= PLAIN_ROLES:
        raise _NotPlainError
    return Literal[tuple(sorted(found))]


class _Struct:
    """Objects with these keys."""

    def __init__(self, objects: list[dict[str, Any]], judges: Judges, *, are_turns: bool = False) -> None:
        names = dict.fromkeys(chain.from_iterable(objects))
        if len(names) > FIELDS_MAX or not names:
            raise _NotPlainError
        self.fields = [
            _Field(f"f{number}", name, [one.get(name, msgspec.UNSET) for one in objects], judges, are_turns)
            for number, name in enumerate(names)
        ]
        self.type = msgspec.defstruct(
            "Row",
            [
                (f"f{number}", field.type, msgspec.UNSET) if field.is_optional else (f"f{number}", field.type)
                for number, field in enumerate(self.fields)
            ],
            rename={f"f{number}": field.name for number, field in enumerate(self.fields)},
            forbid_unknown_fields=True,
            kw_only=True,
            gc=False,
        )

    def role_and_text(self) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
        """What takes both of a turn."""
        return (
            next(field.get for field in self.fields if field.name in TURN_ROLES),
            next(field.get for field in self.fields if field.name in TURN_TEXTS),
        )

    def count_keys(self, objects: list[Any], into: Counter[str]) -> None:
        """How often each key is written in these objects, and in what they hold."""
        for field in self.fields:
            if not field.is_optional and field.inner is None:
                into[field.name] += len(objects)
                continue
            values = [value for value in map(field.get, objects) if value is not msgspec.UNSET]
            into[field.name] += len(values)
            if field.inner is not None:
                there = [value for value in values if value is not None]
                field.inner.count_keys(list(chain.from_iterable(there)) if field.in_list else there, into)


def _refuse_judged(records: list[Any], judges: Judges) -> None:
    """Raises for what is judged by more than its outline: media, and messages of other forms."""
    for name in dict.fromkeys(chain.from_iterable(records)):
        column = judges.name_of(name)
        if COLUMN.fullmatch(column) or column == BESIDE:
            raise _NotPlainError
        if column.endswith("messages") or column in MESSAGES:
            for record in records:
                turns = record.get(name)
                if not isinstance(turns, list) or column not in MESSAGES or not all(map(_is_turn, turns)) or not turns:
                    raise _NotPlainError


def _is_turn(turn: Any) -> bool:
    return (
        isinstance(turn, dict)
        and sum(name in turn for name in TURN_ROLES) == 1
        and sum(name in turn for name in TURN_TEXTS) == 1
        and "tool_calls" not in turn
    )
