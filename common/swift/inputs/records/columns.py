"""Which columns of a record have text in them that a model can learn from."""

import json
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from common.swift.data.shapes import FURTHER, TEXT_COLUMNS, is_beside

EXAMPLES = "messages, query and response, instruction and output, text, …"
# What may have the question in it.
WITHOUT_QUESTION = (("response",), ("chosen", "rejected"))
SHOWN_COLUMNS = 10
SHOWN_CHARACTERS = 400


@dataclass(slots=True)
class ColumnsSeen:
    """What the records had in common so far; `wanted` is in lower case, `meant` names what a record needs."""

    wanted: frozenset[str]
    records: int = 0
    usable: int = 0
    names: dict[str, None] = field(default_factory=dict)
    meant: tuple[str, ...] = ("query", "response")

    def add(self, record: dict[str, object]) -> None:
        """Count one more record."""
        self.records += 1
        self.usable += any(_has_text(value) for name, value in record.items() if name.lower() in self.wanted)
        if len(self.names) < SHOWN_COLUMNS:
            self.names |= dict.fromkeys(record)

    def problem(self) -> str:
        """What is wrong when not one record was usable; nothing otherwise."""
        if self.usable or not self.records:
            return ""
        return (
            f"none of the first {self.records} records has text in a column that ms-swift knows ({EXAMPLES}); "
            f"their columns: {shown(self.names)}{self._way_out()}"
        )

    def _way_out(self) -> str:
        """By names that the records have, without those of ids and the like."""
        names = [name for name in self.names if name.lower() not in self.wanted and not is_beside(name)]
        meant = self.meant[1:] if self.meant[1:] in WITHOUT_QUESTION and len(names) < len(self.meant) else self.meant
        if not meant or len(names) < len(meant):
            return ""
        example = json.dumps(dict(zip(names, meant, strict=False)), ensure_ascii=False)
        return f"; say which one is what, as in extra_args.columns {example}"


def wanted(known_columns: Collection[str], *, by_ms_swift: bool = False) -> frozenset[str]:
    """The names to look for, in lower case: those that we know, or those alone that ms-swift does."""
    return (TEXT_COLUMNS - FURTHER if by_ms_swift else TEXT_COLUMNS) | {column.lower() for column in known_columns}


def unknown_number(record: Mapping[str, object], names: Collection[str]) -> str:
    """What is wrong with NaN or Infinity where text belongs: `datasets` makes gaps of them. Nothing otherwise.

    In other columns it reads them as numbers, and ms-swift does not look.
    """
    for name, value in record.items():
        if name.lower() in names and (found := _not_finite(value)) is not None:
            return f"not JSON: column {name} has {json.dumps(found)}, which JSON does not know"
    return ""


def unknown_columns(renamed: Collection[str], seen: Iterable[Collection[str]]) -> list[str]:
    """A sentence on columns that are to be renamed and that no row has; nothing where the columns of a data set are
    not known.
    """
    sets = list(seen)
    there = {name.lower() for names in sets for name in names}
    unknown = [name for name in renamed if name.lower() not in there]
    if not unknown or not all(sets):
        return []
    has = shown(dict.fromkeys(name for names in sets for name in names))
    return [f"extra_args.columns: no row has a column {shown(unknown)}; their columns: {has}"]


def shown(names: Collection[str]) -> str:
    """A few of the names, for a message."""
    return ", ".join(list(names)[:SHOWN_COLUMNS])[:SHOWN_CHARACTERS] or "none"


def _not_finite(value: object) -> float | None:
    rest = [value]
    while rest:
        item = rest.pop()
        if isinstance(item, float) and not math.isfinite(item):
            return item
        if isinstance(item, dict):
            rest += item.values()
        if isinstance(item, list):
            rest += item
    return None


def _has_text(value: object) -> bool:
    return value not in (None, "", [], {})
