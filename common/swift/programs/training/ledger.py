"""The ledger of rows that are not used: each process of a training writes a file of its own, the first reads them all.

ms-swift reads rows in processes that it forks: to count in memory would be to lose what they counted.
"""

import heapq
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FOLDER = "rows"
FIRST = 5

# The number of a row that has none, as where ms-swift makes several of one.
UNKNOWN = -1

# (number of the row, cause, why)
Note = tuple[int, str, str]


@dataclass(frozen=True)
class Batch:
    """One batch of rows at one stage: the first's number, how many were looked at, and the notes on unused ones.

    `numbers` are those of all of them, where a stream may give the same ones again.
    """

    stage: str
    first: int
    seen: int
    notes: list[Note]
    numbers: list[int] = field(default_factory=list)


def append(facts_dir: str, batch: Batch) -> None:
    """Add it to the file of this process."""
    folder = Path(facts_dir, FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    line = json.dumps(asdict(batch))
    with (folder / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")


@dataclass
class Tally:
    """Unused rows by cause, with the first few of each cause as (number, why)."""

    counts: Counter[str] = field(default_factory=Counter)
    first: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    numbers: set[int] = field(default_factory=set)

    @property
    def unused(self) -> int:
        return sum(self.counts.values())

    def add(self, number: int, cause: str, why: str, *, once: bool = True) -> None:
        """Count a row; `once`: not again where it was counted already, as in an earlier epoch."""
        if once and number in self.numbers:
            return
        if number != UNKNOWN:
            self.numbers.add(number)
        self.counts[cause] += 1
        rows = self.first.setdefault(cause, [])
        rows.append((number, why))
        if len(rows) > 4 * FIRST:
            self.first[cause] = self.first_rows(cause)

    def first_rows(self, cause: str) -> list[tuple[int, str]]:
        """The first few in the order of the data."""
        return first_few(self.first.get(cause, ()))


def first_few(rows: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Of rows as (number, why), the first in the order of the data."""
    return heapq.nsmallest(FIRST, _distinct(rows))


def _distinct(rows: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Each row once; of those without a number nobody knows whether they are the same."""
    seen = dict.fromkeys(row for row in rows if row[0] != UNKNOWN)
    return [*seen, *(row for row in rows if row[0] == UNKNOWN)]


class Reader:
    """Reads on in the ledger where it stopped the last time."""

    def __init__(self, facts_dir: str) -> None:
        self._folder = Path(facts_dir, FOLDER)
        self._offsets: dict[str, int] = {}

    def new_batches(self) -> Iterator[Batch]:
        """What was appended since; a line that is still being written comes the next time."""
        for path in sorted(self._folder.glob("*.jsonl")):
            with path.open("rb") as file:
                file.seek(self._offsets.get(path.name, 0))
                for line in file:
                    if not line.endswith(b"\n"):
                        break
                    self._offsets[path.name] = self._offsets.get(path.name, 0) + len(line)
                    yield _batch(json.loads(line))


def _batch(content: dict[str, Any]) -> Batch:
    notes = [(number, cause, why) for number, cause, why in content["notes"]]
    return Batch(content["stage"], content["first"], content["seen"], notes, content["numbers"])
