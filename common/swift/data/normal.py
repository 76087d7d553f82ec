"""A normal copy of a file that `datasets` cannot open: the same records, one object a line, in UTF-8."""

import json
import os
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from .records import Record, read_records
from .way import Kind, Way

# `datasets` reads CSV in parts of so many rows, and decides by the first what a column holds.
CSV_PART_ROWS = 10_000
WORDS = {"true": True, "false": False}


def needs_copy(path: Path, way: Way) -> bool:
    """Whether `datasets` would not read the file as it is."""
    if way.kind is Kind.OTHER:
        return False
    return not way.is_plain or (way.kind is Kind.CSV and _has_more_rows(path, way))


def copy_of(path: Path, way: Way, folder: Path) -> Path:
    """The normal copy, in `folder`; made once for all ranks of a training. Raises OSError and Unreadable."""
    stat = path.stat()
    name = sha256(f"{path}:{stat.st_ino}:{stat.st_size}:{stat.st_mtime_ns}".encode()).hexdigest()[:16]
    copy = folder / f"{name}.jsonl"
    if not copy.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{name}.{os.getpid()}"
        with draft.open("w", encoding="utf-8") as file:
            file.writelines(f"{json.dumps(record, ensure_ascii=False)}\n" for record in normal_records(path, way))
        draft.replace(copy)
    return copy


def normal_records(path: Path, way: Way) -> Iterator[Record]:
    """The records, cells of CSV as what all of their column are: true or false, numbers, or texts."""
    records = (record for _, record in read_records(path, way))
    if way.kind is not Kind.CSV:
        return records
    readers = _cell_readers(path, way)
    return ({name: readers[name](cell) for name, cell in record.items()} for record in records)


def _cell_readers(path: Path, way: Way) -> dict[str, Callable[[str], Any]]:
    """For each column the strictest reading that every cell has."""
    left: dict[str, list[Callable[[str], Any]]] = {}
    for _, record in read_records(path, way):
        for name, cell in record.items():
            readers = left.setdefault(name, [_truth, int, float, str])
            while not _reads(readers[0], cell):
                del readers[0]
    return {name: readers[0] for name, readers in left.items()}


def _reads(reader: Callable[[str], Any], cell: str) -> bool:
    try:
        reader(cell)
    except (ValueError, KeyError):
        return False
    return True


def _truth(cell: str) -> bool:
    return WORDS[cell.lower()]


def _has_more_rows(path: Path, way: Way) -> bool:
    records = read_records(path, way)
    return sum(1 for _, _record in zip(range(CSV_PART_ROWS + 1), records, strict=False)) > CSV_PART_ROWS
