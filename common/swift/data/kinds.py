"""Kinds of values in the columns of JSON lines, as `datasets` wants them: it decides on them by the first 10 MB, and
ends at a later row that is of another kind, or changes all texts around it.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

# `chunksize` of its packaged_modules/json/json.py: the rows within are looked at together.
DECIDED_BY_BYTES = 10 * 1024 * 1024
Taken = Mapping[str, Collection[str]]
DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?")
NULL, TEXT, DATE_TEXT, OBJECT, LIST = "null", "a text", "a date", "an object", "a list"
WHOLE, BROKEN = "a whole number", "a number"
KINDS = {type(None): NULL, str: TEXT, list: LIST, bool: "true or false", int: WHOLE, float: BROKEN}
TRUTH = KINDS[bool]
# What is taken, besides itself, by a column of that kind: in one file, and where another file of the folder decided.
TAKEN: Taken = {BROKEN: {WHOLE}, TEXT: {DATE_TEXT}}
TAKEN_OF_ANOTHER: Taken = {
    BROKEN: {WHOLE, TRUTH},
    WHOLE: {TRUTH, DATE_TEXT},
    TRUTH: {WHOLE, BROKEN},
    DATE_TEXT: {WHOLE},
    TEXT: {DATE_TEXT, WHOLE, BROKEN, TRUTH, OBJECT},
}


class KindsSeen:
    """What the first rows had in each column, and in what is in there; `taken` is what such columns take besides."""

    def __init__(self, taken: Taken = TAKEN) -> None:
        self._seen: dict[str, set[str]] = {}
        self._taken = taken

    def add(self, record: Mapping[str, Any]) -> None:
        """Learn of one of the first rows."""
        for column, kind in _walk("", record, lambda _column: True):
            self._seen.setdefault(column, set()).add(kind)

    def fault(self, record: Mapping[str, Any]) -> str:
        """What is wrong with a later row; empty when nothing is."""
        return next(
            (why for column, kind in _walk("", record, self._is_fixed) if (why := self._misfit(column, kind))), ""
        )

    def _misfit(self, column: str, kind: str) -> str:
        if column not in self._seen and not column.endswith("[]"):
            return f"column {column} is new here"
        known = self._seen.get(column, set()) - {NULL}
        if (
            kind == NULL
            or kind in known
            or _is_mixed(known)
            or any(kind in self._taken.get(other, ()) for other in known)
        ):
            return ""
        before = " or ".join(sorted(known)) if known else "nothing"
        return f"column {column} has {kind} here, and {before} in the rows before"

    def _is_fixed(self, column: str) -> bool:
        """Whether what is within has to be as it was; of mixed kinds, or an object without keys, it is kept as JSON."""
        known = self._seen.get(column, set()) - {NULL}
        if known != {OBJECT}:
            return known == {LIST}
        return any(inner.startswith(f"{column}.") for inner in self._seen)


def _is_mixed(kinds: set[str]) -> bool:
    """Whether `datasets` keeps the column as JSON, which may be anything."""
    return len({BROKEN if kind == WHOLE else TEXT if kind == DATE_TEXT else kind for kind in kinds}) > 1


def _walk(column: str, value: Any, goes_into: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    if column:
        yield column, _kind(value)
    if isinstance(value, Mapping) and (not column or goes_into(column)):
        for name, inner in value.items():
            yield from _walk(f"{column}.{name}" if column else name, inner, goes_into)
    elif isinstance(value, list) and goes_into(column):
        for inner in value:
            yield from _walk(f"{column}[]", inner, goes_into)


def _kind(value: Any) -> str:
    if isinstance(value, str) and value[:4].isdigit() and DATE.fullmatch(value):
        return DATE_TEXT
    return KINDS.get(type(value), OBJECT)
