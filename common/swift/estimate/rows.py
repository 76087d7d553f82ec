"""The rows of a data set file, or how many records it has: counted when that is quick, otherwise projected from its
beginning.
"""

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from common.swift.inputs import split_sample

# A second of reading on a slow disk.
COUNTED_MAX_BYTES = 128 * 1024 * 1024
LINE_FILES = (".jsonl", ".json", ".csv", ".txt")


@dataclass(frozen=True, slots=True)
class Rows:
    """`exact` is False for a projection from the file's beginning."""

    count: int
    exact: bool = True


def count_rows(path: str) -> Rows | None:
    """The records of a file, bounded by its sampling suffix (`data.jsonl#1000`); None when that cannot be told."""
    bare, sample = (path, "") if Path(path).exists() else split_sample(path)
    try:
        rows = _count(Path(bare))
    except (OSError, ValueError, csv.Error, RecursionError):
        return None
    # ms-swift repeats records when the sample is larger than the file.
    return Rows(int(sample[1:])) if rows and sample else rows


def _count(path: Path) -> Rows | None:
    if not path.is_file() or path.suffix.lower() not in LINE_FILES:
        return None
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(COUNTED_MAX_BYTES)
    if size <= COUNTED_MAX_BYTES:
        return _count_all(path.suffix.lower(), head)
    lines = head.count(b"\n")
    is_list = path.suffix.lower() == ".json" and head.lstrip()[:1] == b"["
    return Rows(lines * size // len(head), exact=False) if lines and not is_list else None


def _count_all(suffix: str, content: bytes) -> Rows | None:
    if suffix == ".json" and content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"[":
        return Rows(len(json.loads(content)))
    if suffix == ".csv":
        # Quoted fields may hold line breaks.
        return Rows(max(0, sum(1 for row in csv.reader(_text(content)) if row) - 1))
    return Rows(sum(1 for line in content.split(b"\n") if line.strip()))


def _text(content: bytes) -> Iterable[str]:
    return content.decode("utf-8", "replace").splitlines(keepends=True)
