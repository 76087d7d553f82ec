"""Rows of JSON lines that look like some which are known to be good: msgspec decodes them into the types of those, and
what else decides about them, their outline, is found for all of them at once.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import Any, Self

import msgspec

from common.swift.data.contents import MESSAGES
from common.swift.data.shapes import DOUBTFUL, Plan
from common.swift.inputs.quick.row_types import Field, NotPlain, Struct
from common.swift.inputs.quick.turns import DOUBT, Turns, ends_apart
from common.swift.inputs.records.judging import Judges
from common.swift.inputs.records.media_names import BESIDE, COLUMN

# A text that names an image is looked at by whom it concerns; so are letters that are written as numbers. Apart they
# are found ten times as quickly as by one expression.
TAG, WRITTEN, WRITTEN_LETTER = b"img>", b"\\u00", re.compile(rb"\\u00[2-7]")
KEY_END = re.compile(rb'(?<!\\)"\s*:')
EMPTY = (None, msgspec.UNSET, "")

# For each of some rows what one column of theirs is like.
Part = Iterable[Any]


class PlainRows:
    """Tells rows whose columns, kinds and outlines are known from those that have to be judged."""

    def __init__(self, table: Struct, plan: "_Plan", judges: Judges) -> None:
        self._decoder = msgspec.json.Decoder(table.type)
        self._table = table
        self._judges = judges
        self._outlines: set[tuple[Any, ...]] = set()
        self._turns = {field.name: Turns(field, plan.is_read) for field in table.fields if field.has_turns}
        self._media = [field for field in table.fields if COLUMN.fullmatch(judges.name_of(field.name))]
        self._texts = [field for field in table.fields if field.is_text and plan.decides(field)]
        self._doubtful = tuple(DOUBTFUL) if plan.is_read else ()
        self._pair = tuple(next(field for field in table.fields if field.name == name) for name in plan.pair)
        if not self._turns and not self._texts:
            raise NotPlain

    @classmethod
    def like(cls, lines: Sequence[bytes], judges: Judges) -> Self | None:
        """Rows like these, which are good; None when such rows have to be judged one by one."""
        try:
            records = [msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf")) for line in lines]
            plan = _Plan(records, judges)
            rows = cls(plan.table(records), plan, judges)
        except (NotPlain, msgspec.MsgspecError, ValueError):
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
        outlines = zip(*self._parts([row], line), strict=True)
        if self._turns or any(field.get(row) not in EMPTY for field in self._texts):
            self._outlines |= {outline for outline in outlines if DOUBT not in outline}
        return True

    def to_judge(self, lines: bytes) -> list[int] | None:
        """Which of these whole lines have to be judged, counted from 0; None when all have to."""
        try:
            rows = self._decoder.decode_lines(lines)
        except msgspec.MsgspecError:
            return None
        if not _are_one_a_line(len(rows), lines) or not self._are_keys_once(rows, lines):
            return None
        parts = [list(part) for part in self._parts(rows, lines)]
        known = self._outlines
        if set(zip(*parts, strict=True)) <= known:
            return []
        return [number for number, outline in enumerate(zip(*parts, strict=True)) if outline not in known]

    def _are_keys_once(self, rows: list[Any], lines: bytes) -> bool:
        """msgspec takes the last of two equal keys; `datasets` ends at them."""
        total = self._table.count_keys(rows)
        # Within a text the quotation mark is escaped. The last way is slow, and for keys with room before the colon.
        return (
            lines.count(b":") == total
            or lines.count(b'":') - lines.count(b'\\":') == total
            or len(KEY_END.findall(lines)) == total
        )

    def _parts(self, rows: list[Any], lines: bytes) -> list[Part]:
        """What decides about these rows, which the lines hold: the outline of a row is its own of each part."""
        parts = [self._states(list(map(field.get, rows))) for field in self._texts]
        parts += [turns.outlines(list(map(turns.get, rows))) for turns in self._turns.values()]
        if self._pair:
            parts.append(self._ends(rows))
        if self._judges.media_in_texts:
            parts.append(_named_within(lines, len(rows)))
        if self._media:
            parts += [self._named(list(map(field.get, rows))) for field in self._media]
        return parts

    def _states(self, texts: list[Any]) -> Part:
        if all(texts) and not any(map(str.isspace, texts)) and not self._is_any_doubtful(texts):
            return repeat(True, len(texts))
        return map(self._state, texts)

    def _is_any_doubtful(self, texts: list[str]) -> bool:
        return bool(self._doubtful) and any(text[0] in DOUBTFUL for text in texts)

    def _state(self, text: Any) -> Any:
        if text in EMPTY:
            return text
        if self._doubtful and text.startswith(self._doubtful):
            return DOUBT
        return " " if text.isspace() else True

    def _ends(self, rows: list[Any]) -> Part:
        better, worse = ((list(map(field.get, rows)), self._turns.get(field.name)) for field in self._pair)
        return map(ends_apart(better[1], worse[1]), better[0], worse[0])

    def _named(self, values: list[Any]) -> Part:
        passes = self._judges.passes_media
        if passes([name for value in values for name in _names(value)]):
            return repeat(True, len(values))
        return (True if passes(_names(value)) else DOUBT for value in values)


class _Plan:
    """How rows like these are read, all of them. Raises NotPlain."""

    def __init__(self, records: list[dict[str, Any]], judges: Judges) -> None:
        outline: Callable[[dict[str, Any]], Plan | None] = judges.outline or (lambda _record: None)
        plans = {id(plan): plan for plan in map(outline, records)}.values()
        if not all(plan and plan.by_outline for plan in plans):
            raise NotPlain
        found = [plan for plan in plans if plan]
        pairs = {plan.pair for plan in found}
        if len(pairs) != 1:
            raise NotPlain
        self.pair = pairs.pop()
        self._used = {name for plan in found for name in plan.used}
        self._watched = {name for plan in found for name in plan.watched}
        self._judges = judges
        self.is_read = bool(self._used)

    def table(self, records: list[dict[str, Any]]) -> Struct:
        names = {name: self._judges.name_of(name) for name in dict.fromkeys(name for one in records for name in one)}
        turns = {own for own, name in names.items() if name in MESSAGES or name.endswith("messages")}
        turns |= {name for name in self._used if isinstance(records[0].get(name), list) and records[0][name]}
        table = Struct(records, turns)
        for field in table.fields:
            if not self._is_plain(field):
                raise NotPlain
        return table

    def decides(self, field: Field) -> bool:
        return field.name in self._used | self._watched or self._judges.name_of(field.name) in self._judges.wanted

    def _is_plain(self, field: Field) -> bool:
        """Whether the field is judged by its kind and its outline."""
        name = self._judges.name_of(field.name)
        if name == BESIDE or (COLUMN.fullmatch(name) and not field.has_names):
            return False
        if name == "history" or field.is_nothing:
            return field.is_nothing and (field.is_sure or field.type is None)
        if field.has_turns or field.is_text or not self.decides(field):
            return True
        return field.is_sure and (field.is_flag or field.name not in self._used)


def _are_one_a_line(count: int, lines: bytes) -> bool:
    """Where all lines begin and end as objects do, no object goes over several, and none is left for a second one."""
    if lines.count(b"\n") != count - (not lines.endswith(b"\n")):
        return False
    breaks = lines.count(b"}\n{") or lines.count(b"}\r\n{")
    return count == breaks + 1 and lines.startswith(b"{") and lines.endswith((b"}\n", b"}\r\n", b"}"))


def _names(value: Any) -> Iterable[str]:
    """Of a column of media: a name, or a list of them, or nothing."""
    return value if isinstance(value, list) else (value,) if isinstance(value, str) else ()


def _named_within(lines: bytes, count: int) -> Part:
    if not _may_name(lines):
        return repeat(True, count)
    return (DOUBT if _may_name(line) else True for line in lines.removesuffix(b"\n").split(b"\n"))


def _may_name(lines: bytes) -> bool:
    return TAG in lines or (WRITTEN in lines and WRITTEN_LETTER.search(lines) is not None)
