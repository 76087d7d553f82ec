"""The records that ms-swift's logging.jsonl has gained since the last look."""

from collections.abc import Iterator
from pathlib import Path

from workers.log_tail import read_new
from workers.swift.metric_lines import Record, parse_line

FILE_NAME = "logging.jsonl"
READ_MAX_BYTES = 1024 * 1024


def read_records(path: Path, offset: int, max_bytes: int = READ_MAX_BYTES) -> tuple[list[Record], int]:
    """Records of the complete lines within `max_bytes` from `offset` on, and the offset for the next call.

    A line that is still being written is left for the next call. One longer than `max_bytes` (the summary of a long
    run) is passed over, piece by piece: no piece of it is an object by itself.
    """
    chunk, end = read_new(path, offset, max_bytes)
    complete = chunk.rfind(b"\n") + 1
    if not complete:
        return [], end if len(chunk) == max_bytes else end - len(chunk)
    records = [record for line in chunk[:complete].split(b"\n") if (record := parse_line(line)) is not None]
    return records, end - len(chunk) + complete


def read_all(path: Path, max_bytes: int = READ_MAX_BYTES) -> Iterator[Record]:
    """Every record of the file as it is now, a bounded part of it in memory at a time."""
    offset = -1
    records, end = read_records(path, 0, max_bytes)
    while end != offset:
        yield from records
        offset = end
        records, end = read_records(path, offset, max_bytes)
