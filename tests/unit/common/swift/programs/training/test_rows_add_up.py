"""Whatever is trained on, the rows that were given are those that are used and those that are not, by cause."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import pytest

from common.rows import rows_of
from common.swift.programs.training.book import SHAPES, TOKENS, Book, Source
from common.swift.programs.training.causes import EMPTY, NOTHING_TO_LEARN, NULL_CONTENT, TOO_LONG
from common.swift.programs.training.ledger import Batch, Note
from common.swift.programs.training.row_numbers import ROWS_MAX

FITS = ""
BAD, LONG = (NULL_CONTENT, EMPTY), (TOO_LONG, NOTHING_TO_LEARN)


@dataclass
class File:
    """What becomes of each of its rows, and how many are asked for; None for all."""

    rows: list[str]
    sample: int | None
    validates: bool

    def taken(self, random: Random) -> list[int]:
        """The rows that go on, as ms-swift takes a sample: of the usable ones, several times where they are too few."""
        usable = [row for row, cause in enumerate(self.rows) if cause not in BAD]
        if self.sample is None:
            return usable
        return usable * (self.sample // len(usable)) + random.sample(usable, self.sample % len(usable))


def files(random: Random) -> Iterator[File]:
    for number in range(random.randint(1, 4)):
        rows = [FITS, *random.choices((FITS, *BAD, *LONG), k=random.randint(0, 30))]
        sample = random.choice((None, None, 1, len(rows), random.randint(1, 2 * len(rows))))
        yield File(rows, sample, validates=number > 0 and random.random() < 0.3)


def noted(source: int, file: File, rows: list[int], causes: tuple[str, ...]) -> list[Note]:
    return [(source * ROWS_MAX + row, file.rows[row], "") for row in rows if file.rows[row] in causes]


@pytest.mark.parametrize("streams", [False, True])
@pytest.mark.parametrize("ranks", [1, 2])
@pytest.mark.parametrize("seed", range(100))
def test_given_is_used_and_dropped(seed: int, ranks: int, streams: bool) -> None:
    random = Random(seed)
    all_files = list(files(random))
    book, taken = Book(), [file.taken(random) for file in all_files]
    if streams:  # which never takes a row twice
        taken = [list(dict.fromkeys(rows)) for rows in taken]
    for number, (file, rows) in enumerate(zip(all_files, taken, strict=True)):
        given, kept = len(file.rows), sum(cause not in BAD for cause in file.rows)
        counted = (0, 0, 0) if streams else (given, kept, len(rows))
        book.sources.append(Source(str(number), *counted, file.validates, file.sample is not None))
    to_train = [(file, rows) for file, rows in zip(all_files, taken, strict=True) if not file.validates]
    if not streams:
        book.loaded = sum(len(rows) for _, rows in to_train)
        book.fitting = sum(file.rows[row] != TOO_LONG for file, rows in to_train for row in rows)
    for number, (file, rows) in enumerate(zip(all_files, taken, strict=True)):
        first = number * ROWS_MAX
        for _ in range(ranks):  # each reads the shapes
            notes = noted(number, file, list(range(len(file.rows))), BAD)
            read = list(range(first, first + len(file.rows))) if streams else []
            book.add(Batch(SHAPES, first, len(file.rows), notes, read))
        numbers = [first + row for row in rows] if streams else []
        book.add(Batch(TOKENS, first + rows[0], len(rows), noted(number, file, rows, LONG), numbers))
    if streams:
        book.ends()

    told = rows_of(book.summary())

    assert told.given == told.used + sum(unused.count for unused in told.dropped)
    assert told.used == sum(file.rows[row] == FITS for file, rows in to_train for row in rows)
    assert told.given == sum(len(file.rows) if file.sample is None else len(rows) for file, rows in to_train)
    named = [row for unused in told.dropped for row in unused.first]
    assert all(all_files[int(row.source)].rows[(row.row or 0) - 1] != FITS for row in named)
    samples = [int(row.source) for unused in told.passed_over for row in unused.first]
    assert all(all_files[source].sample is not None for source in samples)
