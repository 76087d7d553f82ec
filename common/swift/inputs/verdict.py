"""The verdict on a file of data: how it was read, how many of its records can be used, and what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

FIRST_ROWS = 5


@dataclass(frozen=True, slots=True)
class Cause:
    """Why records cannot be used: `words` of all (`answers are null`), `first` has (where, why) of the first five."""

    words: str
    count: int
    first: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LongRows:
    """`count` of the `looked_at` rows are too long; the first is at `where`, with at least so many `tokens`."""

    count: int
    looked_at: int
    where: str
    tokens: int
    max_length: int

    def words(self, rows: int) -> str:
        """36 of 40 rows are longer than max_length 128, first in line 2: 724 tokens or more."""
        longer = f"longer than max_length {self.max_length}, first in {self.where}: {self.tokens} tokens or more"
        if self.looked_at < rows:
            return f"{self.count} of {self.looked_at} rows that were looked at are {longer}"
        return f"{self.count} of {self.looked_at} rows are {longer}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`fault` is a sentence on what ms-swift could not read at all, empty when there is nothing.

    `causes` are of records that ms-swift would leave out, or learn nothing from. `notes` tell how the file was read.
    `whole` says that every record was looked at, `lasting` that it holds for as long as the file is the same. `long` is
    of a sample of the rows, where somebody asked for it. `rows_there` is how many a sampled file says that it has.
    """

    path: str
    fault: str = ""
    rows: int = 0
    causes: tuple[Cause, ...] = ()
    notes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    whole: bool = True
    lasting: bool = True
    long: LongRows | None = None
    rows_there: int | None = None

    @property
    def unusable(self) -> int:
        return sum(cause.count for cause in self.causes)

    @property
    def usable(self) -> int:
        return self.rows - self.unusable

    def called(self, name: str) -> "Verdict":
        """The same of a file that its user knows by another name than its path."""
        return replace(self, path=name, fault=self.fault.replace(self.path, name))

    def problem(self, min_rows_used: float) -> str:
        """What refuses the file, when at least that share of its rows has to be of use; empty when nothing does."""
        if self.fault or not self.causes or (self.usable and self.usable >= min_rows_used * self.rows):
            return self.fault
        if self.unusable == 1:
            [(where, why)] = self.causes[0].first
            return f"{self.path}, {where}: {why}"
        return f"{self.path}: {self._counted()}"

    def warnings(self) -> tuple[str, ...]:
        """What is to be told of a file that is not refused."""
        of_rows = (f"{self.path}: {self._counted()}; such rows are not learned from",) if self.causes else ()
        sampled = () if self.whole else (f"{self.path}: samples of it were read here; the node reads all of it",)
        long = (f"{self.path}: {self.long.words(self.rows)}; such rows are left out",) if self.long else ()
        return (*self.readings(), *of_rows, *long, *sampled)

    def readings(self) -> tuple[str, ...]:
        """How the file was read, where that is not plain."""
        return tuple(f"{self.path}: {note}" for note in self.notes)

    def _counted(self) -> str:
        looked = "" if self.whole else " that were looked at"
        return "; ".join(
            f"{cause.count} of {self.rows}{looked} {cause.words}, first in {cause.first[0][0]}: {cause.first[0][1]}"
            for cause in self.causes
        )


def together(folder: Path, verdicts: Iterable[Verdict]) -> Verdict:
    """That on a folder, from those on its files; rows are named with the file that they are in."""
    whole = Verdict(str(folder))
    causes: list[Cause] = []
    for one in verdicts:
        name = PurePath(one.path).relative_to(folder)
        causes += [
            replace(cause, first=tuple((f"{at} of {name}", why) for at, why in cause.first)) for cause in one.causes
        ]
        whole = replace(
            whole,
            fault=whole.fault or one.fault,
            rows=whole.rows + one.rows,
            notes=tuple(dict.fromkeys((*whole.notes, *one.notes))),
            columns=tuple(dict.fromkeys((*whole.columns, *one.columns))),
            whole=whole.whole and one.whole,
        )
    return replace(whole, causes=_summed(causes))


def _summed(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """The most frequent first."""
    found: dict[str, Cause] = {}
    for cause in causes:
        before = found.get(cause.words, Cause(cause.words, 0, ()))
        first = (*before.first, *cause.first)[:FIRST_ROWS]
        found[cause.words] = Cause(cause.words, before.count + cause.count, first)
    return tuple(sorted(found.values(), key=lambda cause: -cause.count))


@dataclass(slots=True)
class Tally:
    """Counts records that cannot be used, by cause."""

    _causes: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)
    count: int = 0

    def add(self, words: str, where: str, why: str) -> None:
        self.count += 1
        self._counts[words] = self._counts.get(words, 0) + 1
        first = self._causes.setdefault(words, [])
        if len(first) < FIRST_ROWS:
            first.append((where, why))

    def causes(self) -> tuple[Cause, ...]:
        """The most frequent first."""
        return _summed(Cause(words, count, tuple(self._causes[words])) for words, count in self._counts.items())
