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
from common.swift.inputs.sets.seen import Seen

# A second of reading on a slow disk.
COUNTED_MAX_BYTES = 128 * 1024 * 1024
LINE_FILES = (".jsonl", ".json", ".csv", ".txt")
# Counted when they are read.
TABLES = (".parquet", ".arrow")


@dataclass(frozen=True, slots=True)
class Rows:
    """`exact` is False for a projection from a part of them. `left_out` are further ones that are not trained on."""

    count: int
    exact: bool = True
    left_out: int = 0

    def __str__(self) -> str:
        """about 220 of 600 records."""
        of_all = f"{self.count:,} of {self.count + self.left_out:,}" if self.left_out else f"{self.count:,}"
        return f"{'' if self.exact else 'about '}{of_all} records"


def count_all_rows(data: Iterable[Seen]) -> Rows | None:
    """Those of several data sets that are joined, without those that will be left out as far as the verdicts know;
    None when the number of one cannot be told.
    """
    total = Rows(0)
    for one in data:
        rows = count_rows(one.path) or _rows_of_table(one)
        if rows is None:
            return None
        left = _left(rows, one)
        total = Rows(total.count + left.count, total.exact and left.exact, total.left_out + left.left_out)
    return total


def _rows_of_table(seen: Seen) -> Rows | None:
    """By its verdict; None of what is no table, or of a sampled one that does not tell."""
    bare, sample = (seen.path, "") if Path(seen.path).exists() else split_sample(seen.path)
    verdict = seen.verdict
    if verdict is None or Path(bare).suffix.lower() not in TABLES or not Path(bare).is_file():
        return None
    count = verdict.rows if verdict.whole else verdict.rows_there
    return Rows(int(sample[1:]) if sample else count) if count else None


def _left(rows: Rows, seen: Seen) -> Rows:
    """Of rows that go, a sample that was asked for is taken of the others; of long ones it has its share."""
    verdict = seen.verdict
    if verdict is None:
        return rows
    left, exact = rows.count, rows.exact
    if verdict.rows and not seen.is_sample:
        left, exact = left * verdict.usable // verdict.rows, exact and (verdict.whole or not verdict.unusable)
    if long := verdict.long:
        left, exact = left * (long.looked_at - long.count) // long.looked_at, False
    return Rows(left, exact, rows.count - left)


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
