"""Sampling, bounded, of a large file of lines: the first ones, then one near each of some evenly spaced places."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

FIRST_LINES = 200
SAMPLES = 20
LINE_MAX_BYTES = 4 * 1024 * 1024
FIRST_LINES_MAX_BYTES = 32 * 1024 * 1024


def sampled_lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """(where, line) in the order of the file; a line longer than the limit comes cut off."""
    with path.open("rb") as file:
        yield from _first_lines(file)
        read, size = file.tell(), path.stat().st_size
        if read < size:
            yield from _spread_lines(file, read, size)


def is_cut(line: bytes) -> bool:
    """Whether the line was longer than what is read of one."""
    return len(line) >= LINE_MAX_BYTES and not line.endswith(b"\n")


def _first_lines(file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    for number in range(1, FIRST_LINES + 1):
        line = file.readline(LINE_MAX_BYTES)
        if not line:
            return
        yield f"line {number}", line
        if is_cut(line) or file.tell() > FIRST_LINES_MAX_BYTES:
            return


def _spread_lines(file: BinaryIO, start: int, size: int) -> Iterator[tuple[str, bytes]]:
    for step in range(SAMPLES):
        file.seek(start + (size - start) * step // SAMPLES)
        if not file.readline(LINE_MAX_BYTES).endswith(b"\n"):  # the rest of the line that the place is in
            continue
        where = f"the record at byte {file.tell():,}"
        if line := file.readline(LINE_MAX_BYTES):
            yield where, line
