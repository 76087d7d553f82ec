"""The tail of the metrics: the records that ms-swift's logging.jsonl has gained since the last look."""

from collections.abc import Iterator
from pathlib import Path

from workers.attempts.log_tail import read_at, size_of
from workers.swift.metric_lines import Record, parse_beginning, parse_line

FILE_NAME = "logging.jsonl"
READ_MAX_BYTES = 1024 * 1024
# How much of a long line one look passes over.
PASS_MAX_BYTES = 64 * 1024 * 1024
# More than this of a log says nothing that its end does not say.
ALL_MAX_BYTES = 2 * 1024**3


def read_records(path: Path, offset: int, max_bytes: int = READ_MAX_BYTES) -> tuple[list[Record], int]:
    """Records of the complete lines within `max_bytes` from `offset` on, and the offset for the next call.

    A line that is still being written is left for the next call. Of one longer than `max_bytes` only the beginning is
    looked at: the summary of a long run, which repeats all records, tells its other facts there.
    """
    before = 1 if offset else 0  # the byte before tells whether a line begins here
    chunk = read_at(path, offset - before, max_bytes + before)
    if not chunk[before:]:
        return [], offset
    if before and chunk[:1] != b"\n":
        return [], _behind_line(path, offset)
    chunk = chunk[before:]
    complete = chunk.rfind(b"\n") + 1
    if complete:
        records = [record for line in chunk[:complete].split(b"\n") if (record := parse_line(line)) is not None]
        return records, offset + complete
    if len(chunk) < max_bytes:
        return [], offset
    summary = parse_beginning(chunk)
    return [summary] if summary else [], _behind_line(path, offset + len(chunk))


def read_all(path: Path, max_bytes: int = READ_MAX_BYTES) -> Iterator[Record]:
    """Every record of the file as it is now, a bounded part of it in memory at a time; of a huge one its end."""
    size = size_of(path) or 0
    offset, end = -1, max(0, size - ALL_MAX_BYTES)
    while offset < end < size:
        offset = end
        records, end = read_records(path, offset, max_bytes)
        yield from records


def _behind_line(path: Path, offset: int) -> int:
    """The end of the line that `offset` is in, or as far as one look gets."""
    last = offset + PASS_MAX_BYTES
    while offset < last and (chunk := read_at(path, offset, READ_MAX_BYTES)):
        newline = chunk.find(b"\n")
        if newline >= 0:
            return offset + newline + 1
        offset += len(chunk)
    return offset
