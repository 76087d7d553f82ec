"""Parquet and Arrow files, opened as `datasets` opens them, and read in batches that fit into memory.

pyarrow is imported late: whoever reads no such file does without it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from common.swift.data.unreadable import Unreadable, excerpt

BATCH_ROWS = 512
BATCH_BYTES = 64 * 1024 * 1024
# Of a large file: that many rows of its first part, and some of others, evenly spaced, the last among them.
FIRST_ROWS, PART_ROWS, PARTS = 200, 10, 20
PIECE_BYTES = 1024 * 1024
NO_FIRST_ROWS = "its first row group is empty, which `datasets` cannot read; write it again"

# (number of its first row, from 1 on; rows)
Batches = Iterator[tuple[int, Any]]


class Table:
    """An open file. `parts` are its row groups or batches, `rows` how many there are where the file tells. Raises
    OSError and Unreadable, as all that is called of it.
    """

    parts: int
    rows: int | None = None
    schema: Any

    def part(self, number: int) -> Batches:
        """Of the part with that number, from 0 on; of a stream they have to be taken in their order."""
        raise NotImplementedError

    def batches(self, *, whole: bool) -> Batches:
        """All rows, or samples."""
        if whole:
            for number in range(self.parts):
                yield from self.part(number)
            return
        for number in dict.fromkeys(round(step * (self.parts - 1) / (PARTS - 1)) for step in range(PARTS)):
            left = PART_ROWS if number else FIRST_ROWS
            for first, batch in self.part(number):
                yield first, batch.slice(0, left)
                left -= batch.num_rows
                if left <= 0:
                    break


@contextmanager
def opened(path: Path) -> Iterator[Table]:
    """The file at `path`. Raises OSError and Unreadable."""
    with path.open("rb") as file, told_as_unreadable():
        yield _Parquet(file) if path.suffix.lower() == ".parquet" else _arrow(file)


@contextmanager
def told_as_unreadable(where: str = "") -> Iterator[None]:
    """What pyarrow raises of what is in a file, as Unreadable."""
    from pyarrow import ArrowException  # noqa: PLC0415 - see above

    try:
        yield
    except (ArrowException, OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        why = excerpt(str(error).split("\n")[0].rstrip("."))
        raise Unreadable(f"damaged: {why}; copy or download it again", where) from error


class _Parquet(Table):
    def __init__(self, file: Any) -> None:
        from pyarrow.parquet import ParquetFile  # noqa: PLC0415 - see above

        self._file = ParquetFile(file, buffer_size=PIECE_BYTES, pre_buffer=False, page_checksum_verification=True)
        self._about = self._file.metadata
        self.schema, self.rows, self.parts = self._file.schema_arrow, self._about.num_rows, self._about.num_row_groups
        if self.rows and not self._about.row_group(0).num_rows:
            raise Unreadable(NO_FIRST_ROWS)

    def part(self, number: int) -> Batches:
        about = self._about.row_group(number)
        row = 1 + sum(self._about.row_group(before).num_rows for before in range(number))
        read = self._file.iter_batches(_rows_at_once(about.num_rows, about.total_byte_size), [number])
        yield from _numbered(read, row)


class _Arrow(Table):
    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self.schema, self.parts = reader.schema, reader.num_record_batches
        self._ends: list[int] = [0]

    def part(self, number: int) -> Batches:
        while len(self._ends) <= number:  # rows are numbered by those of the parts before
            self._ends.append(self._ends[-1] + self._reader.get_batch(len(self._ends) - 1).num_rows)
        yield from _numbered(_cut(self._reader.get_batch(number)), 1 + self._ends[number])


class _ArrowStream(Table):
    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self.schema, self.parts = reader.schema, 1

    def part(self, number: int) -> Batches:
        yield from _numbered((piece for batch in self._reader for piece in _cut(batch)), 1)

    def batches(self, *, whole: bool) -> Batches:
        if whole:
            yield from self.part(0)
            return
        left = FIRST_ROWS
        row = 1
        for batch in self._reader:  # of a stream the end is not found without what is before it
            yield row, batch.slice(0, max(left, 1))
            left -= batch.num_rows
            row += batch.num_rows


def _arrow(file: Any) -> Table:
    from pyarrow import ArrowInvalid, ipc  # noqa: PLC0415 - see above

    try:
        return _ArrowStream(ipc.open_stream(file))
    except (OSError, ArrowInvalid):
        file.seek(0)
        return _Arrow(ipc.open_file(file))


def _numbered(batches: Any, row: int) -> Batches:
    read = iter(batches)
    while True:
        with told_as_unreadable(f"row {row}, or after it"):
            batch = next(read, None)
            if batch is None:
                return
            batch.validate(full=True)  # what lies outside of the file must not be touched
        yield row, batch
        row += batch.num_rows


def _cut(batch: Any) -> Iterator[Any]:
    batch.validate(full=True)  # even to ask for its size touches what may lie outside of the file
    step = _rows_at_once(batch.num_rows, batch.nbytes)
    for start in range(0, batch.num_rows, step):
        yield batch.slice(start, step)


def _rows_at_once(rows: int, size: int) -> int:
    return max(1, min(BATCH_ROWS, BATCH_BYTES * rows // max(size, 1)))
