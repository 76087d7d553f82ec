"""Columns of a folder's files: `datasets` decides by the first file which there are, and what they hold."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from common.swift.data.kinds import TAKEN_OF_ANOTHER, KindsSeen
from common.swift.data.unreadable import Unreadable
from common.swift.data.way import Kind, way_of
from common.swift.inputs.records.columns import shown
from common.swift.inputs.tables.records import records_of, schema_of

# So many records of each file are looked at.
RECORDS = 200
LENGTHS = re.compile(r"\blarge_|_view\b")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def different(files: list[Path]) -> str:
    """What a later file has that the first one does not let in; it may have fewer columns, and none besides."""
    first = _columns(files[0]) if files else set()
    for path in files[1:]:
        if (columns := _columns(path)) - first and first:
            return (
                f"{files[0]} and {path} have different columns ({shown(sorted(first))}; {shown(sorted(columns))}); "
                "give them as data sets of their own"
            )
    return _of_other_kinds(files)


def _of_other_kinds(files: list[Path]) -> str:
    files = [path for path in files if _has_kinds(path)]
    kinds = KindsSeen(TAKEN_OF_ANOTHER)
    records = [record for _, record in _records(files[0])] if files else []
    for record in records:
        kinds.add(record)
    # What is null in all of these may be something further down.
    is_whole = len(records) < RECORDS
    decided = {name for record in records for name, value in record.items() if is_whole or value is not None}
    for path in files[1:]:
        asked = decided - _of_one_type(files[0], path)
        for where, record in _records(path) if asked else ():
            why = kinds.fault({name: _as_taken(value) for name, value in record.items() if name in asked})
            if why:
                return f"{path}, {where}: {why}: those of {files[0]}; give them as data sets of their own"
    return ""


def _has_kinds(path: Path) -> bool:
    try:
        return way_of(path).kind in {Kind.LINES, Kind.LIST, Kind.OTHER}
    except Unreadable:
        return False


def _of_one_type(first: Path, second: Path) -> set[str]:
    """Columns of which both files say that they hold the same, whatever is in the first rows."""
    types, others = _types(first), _types(second)
    return {name for name, kind in types.items() if others.get(name) == kind}


def _types(path: Path) -> dict[str, str]:
    """Nothing of files that do not say. Texts have one type here, however their lengths are kept."""
    try:
        schema = schema_of(path) if way_of(path).kind is Kind.OTHER else {}
    except Unreadable:
        return {}
    return {name: LENGTHS.sub("", str(kind)) for name, kind in schema.items()}


def _as_taken(value: Any) -> Any:
    """A number stays one when it is written as a text, and a whole one with a point."""
    number = float(value) if isinstance(value, str) and NUMBER.fullmatch(value) else value
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _columns(path: Path) -> set[str]:
    return set(_types(path)) or {name for _, record in _records(path) for name in record}


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        yield from islice(records_of(path, way_of(path)), RECORDS)
    except Unreadable:
        return  # told when it is read
