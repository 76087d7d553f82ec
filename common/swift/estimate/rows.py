"""The rows of a data set file, or how many records it has: counted when that is quick, otherwise projected from its
beginning.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from common.swift.data.records import read_records
from common.swift.data.unreadable import Unreadable
from common.swift.data.way import Kind, Way, way_of
from common.swift.inputs import split_sample

# A second of reading on a slow disk.
COUNTED_MAX_BYTES = 128 * 1024 * 1024
LINE_FILES = (".jsonl", ".json", ".csv", ".txt")


@dataclass(frozen=True, slots=True)
class Rows:
    """`exact` is False for a projection from the file's beginning."""

    count: int
    exact: bool = True


def count_all_rows(paths: Iterable[str]) -> Rows | None:
    """Those of several data sets that are joined; None when that of one cannot be told."""
    total = Rows(0)
    for path in paths:
        rows = count_rows(path)
        if rows is None:
            return None
        total = Rows(total.count + rows.count, total.exact and rows.exact)
    return total


def count_rows(path: str) -> Rows | None:
    """The records of a file, bounded by its sampling suffix (`data.jsonl#1000`); None when that cannot be told."""
    bare, sample = (path, "") if Path(path).exists() else split_sample(path)
    try:
        rows = _count(Path(bare))
    except (OSError, Unreadable):
        return None
    # ms-swift repeats records when the sample is larger than the file.
    return Rows(int(sample[1:])) if rows and sample else rows


def _count(path: Path) -> Rows | None:
    if not path.is_file() or path.suffix.lower() not in LINE_FILES:
        return None
    size, way = path.stat().st_size, way_of(path)
    if size <= COUNTED_MAX_BYTES:
        return Rows(_lines(path) if way.kind is Kind.LINES and way.encoding.is_plain else _records(path, way))
    if way.kind is Kind.LIST:
        return None
    with path.open("rb") as file:
        head = file.read(COUNTED_MAX_BYTES)
    lines = head.count(b"\n")
    return Rows(lines * size // len(head), exact=False) if lines else None


def _lines(path: Path) -> int:
    return sum(1 for line in path.read_bytes().split(b"\n") if line.strip())


def _records(path: Path, way: Way) -> int:
    return sum(1 for _, record in read_records(path, way) if way.kind is not Kind.TEXT or record["text"].strip())
