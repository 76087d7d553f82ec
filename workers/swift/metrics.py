"""Follow ms-swift's logging.jsonl: the records that it has gained since the last look."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workers.log_tail import read_new
from workers.swift.metric_lines import Record, RecordKind, kind_of, parse_line
from workers.swift.progress import newest_progress, progress_after, seconds

__all__ = [
    "FILE_NAME",
    "MetricsTail",
    "Record",
    "RecordKind",
    "kind_of",
    "newest_progress",
    "progress_after",
    "seconds",
]

FILE_NAME = "logging.jsonl"
READ_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class MetricsTail:
    """One logging.jsonl; holds no position, so that a restarted follower goes on where Redis says."""

    path: Path
    max_bytes: int = READ_MAX_BYTES

    def read(self, offset: int) -> tuple[list[Record], int]:
        """Records of the complete lines within `max_bytes` from `offset` on, and the offset for the next call.

        A line that is still being written is left for the next call. One longer than `max_bytes` (the summary of a
        long run) is passed over, piece by piece: no piece of it is an object by itself.
        """
        chunk, end = read_new(self.path, offset, self.max_bytes)
        complete = chunk.rfind(b"\n") + 1
        if not complete:
            return [], end if len(chunk) == self.max_bytes else end - len(chunk)
        records = [record for line in chunk[:complete].split(b"\n") if (record := parse_line(line)) is not None]
        return records, end - len(chunk) + complete

    def read_all(self) -> Iterator[Record]:
        """Every record of the file as it is now."""
        offset = -1
        records, end = self.read(0)
        while end != offset:
            yield from records
            offset = end
            records, end = self.read(offset)
