"""JSON lines read quickly: what most lines of a file look like is learned from those that were judged one by one; the
others are decoded in one go, and only lines that look different are judged.

What is learned are the columns, the kinds of their values, and the outlines of good records: which texts are there,
whose turns follow one another. It is of use where its outline decides about a record (`Judges.outline`).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from common.swift.data.records import line_record, read_records
from common.swift.data.strict_json import NotJson
from common.swift.data.unreadable import Unreadable
from common.swift.data.way import Way
from common.swift.inputs.quick.rows import PlainRows
from common.swift.inputs.records.judging import Judging

# What is decoded of it stays in the cache of a core.
CHUNK_BYTES = 128 * 1024
LEARNED_LINES = 200
# So often what is learned may be widened, by as many of the lines that were new.
WIDENED_TIMES, WIDENED_BY = 20, 20


def plain_or_records(path: Path, way: Way, judging: Judging) -> None:
    """Have all records judged. Raises OSError, and Unreadable at the first line that is no record."""
    if way.encoding.codec not in {"utf-8", "utf-8-sig"}:
        for where, record in read_records(path, way):
            if not judging.take(where, record):
                return
        return
    with path.open("rb") as file:
        _Lines(file, judging).judge()


class _Lines:
    def __init__(self, file: BinaryIO, judging: Judging) -> None:
        self._file = file
        self._judging = judging
        self._samples: list[bytes] = []
        self._rows: PlainRows | None = None
        self._widened = 0
        self._number = 0
        self._at = 0

    def judge(self) -> None:
        for chunk in self._chunks():
            to_judge = self._rows.to_judge(chunk) if self._rows else None
            if to_judge == []:
                self._pass(chunk)
            elif not self._one_by_one(chunk, to_judge):
                return

    def _pass(self, lines: bytes) -> None:
        """None of these whole lines has to be judged."""
        count = lines.count(b"\n") + (not lines.endswith(b"\n"))
        self._judging.take_plain(count)
        self._number += count
        self._at += len(lines)

    def _chunks(self) -> Iterator[bytes]:
        """Whole lines: at first few, to learn from."""
        first = [line for _, line in zip(range(LEARNED_LINES), self._file, strict=False)]
        if first:
            yield b"".join(first)
        while chunk := self._file.read(CHUNK_BYTES):
            yield chunk + self._file.readline()

    def _one_by_one(self, chunk: bytes, to_judge: list[int] | None) -> bool:
        """Judge those of the lines, None for all; False at the first fault."""
        new: list[bytes] = []
        judged = None if to_judge is None else set(to_judge)
        for number, line in enumerate(_lines(chunk)):
            if judged is not None and number not in judged:
                self._pass(line)
                continue
            self._number += 1
            at, self._at = self._at, self._at + len(line)
            unusable = self._judging.tally.count
            record = self._record(line)
            if record is None:
                continue
            if not self._judging.take(f"line {self._number}", record, at):
                return False
            if self._judging.tally.count == unusable and not (self._rows and self._rows.learn(line)):
                new.append(line)
        self._learn(new)
        return True

    def _record(self, line: bytes) -> dict[str, object] | None:
        where = f"line {self._number}"
        try:
            text = line.decode()
            return line_record(text.removeprefix("\ufeff") if self._number == 1 else text)
        except UnicodeDecodeError as error:
            shown = line[:80].decode(errors="replace").strip()
            raise Unreadable(f"not UTF-8 at byte {error.start} of the line: {shown}", where) from error
        except NotJson as error:
            raise Unreadable(str(error), where) from error

    def _learn(self, lines: list[bytes]) -> None:
        if not lines or not self._judging.judges.outline or self._widened > WIDENED_TIMES:
            return
        self._widened += 1
        samples = self._samples + lines[: WIDENED_BY if self._samples else LEARNED_LINES]
        rows = PlainRows.like(samples, self._judging.judges)
        if rows:  # else what was learned before is of more use
            self._rows, self._samples = rows, samples


def _lines(chunk: bytes) -> list[bytes]:
    """Cut at newlines only, as files are read."""
    if b"\r" not in chunk:
        return chunk.splitlines(keepends=True)
    return [line + b"\n" for line in chunk.split(b"\n")[:-1]] + ([last] if (last := chunk.rpartition(b"\n")[2]) else [])
