"""Judging the records of a file, one by one: whether ms-swift can read them, and whether it would use them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from common.swift.data.contents import contents_fault, unusable
from common.swift.data.kinds import DECIDED_BY_BYTES, KindsSeen
from common.swift.data.shapes import Plan, Unfit
from common.swift.inputs.records.columns import ColumnsSeen, unknown_number, wanted
from common.swift.inputs.records.formats import Judge, accept
from common.swift.inputs.verdict import Tally, Verdict

DECIDED = "`datasets` decides by the first 10 MB what a column holds: write it alike in all rows, or remove it"


@dataclass(frozen=True)
class Judges:
    """Who finds fault with a record: `judge` with what the method needs, `media` with what it names.

    `renamed` is what the option `columns` renames. `counts` says that a record which `judge` finds fault with is left
    out; else it must not be there at all. `needs_answer` asks for an answer to each question. `outline` gives how a
    record is read, where that decides what `judge` says of it (`Plan.by_outline`); `media_in_texts` says that texts are
    searched for media all the same, and `passes_media` that `media` finds no fault with these names. `tells` says what
    a record is taken for, and `reads` that `judge` looks at contents, too, and has the last word on them. `passes_over`
    names a column of which the first of several answers is learned, and `unfit` gives the cause of what `judge` says.
    `meant` are names for what a record needs. `by_ms_swift` says that it reads the records itself, by the
    names that it knows.
    """

    judge: Judge = accept
    media: Judge = accept
    renamed: Mapping[str, str] | Collection[str] = ()
    counts: bool = True
    needs_answer: bool = False
    outline: Callable[[Mapping[str, Any]], Plan | None] | None = None
    media_in_texts: bool = False
    passes_media: Callable[[Iterable[str]], bool] = lambda _names: True
    reads: bool = False
    tells: Judge = accept
    passes_over: Judge = accept
    unfit: Callable[[Mapping[str, Any]], Unfit | None] = lambda _record: None
    meant: tuple[str, ...] = ("query", "response")
    by_ms_swift: bool = False

    @cached_property
    def wanted(self) -> frozenset[str]:
        """Columns with text, in lower case."""
        return wanted(self.renamed, by_ms_swift=self.by_ms_swift)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {old.lower(): new for old, new in self.renamed.items()} if isinstance(self.renamed, Mapping) else {}

    def name_of(self, column: str) -> str:
        """The name that ms-swift gives the column."""
        return self._names.get(column.lower(), column.lower())

    def lowered(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The record under the names that ms-swift gives its columns."""
        names = self._names
        return {names.get(name.lower(), name.lower()): value for name, value in record.items()}


@dataclass(slots=True)
class Judging:
    """What was found in the records so far. A `fault` ends it."""

    judges: Judges
    watches_kinds: bool = False
    fault: str = ""
    rows: int = 0
    told: str = ""
    seen: ColumnsSeen = field(init=False)
    tally: Tally = field(default_factory=Tally)
    columns: dict[str, None] = field(default_factory=dict)
    passed_over: Counter[str] = field(default_factory=Counter)
    _kinds: KindsSeen = field(default_factory=KindsSeen)

    def __post_init__(self) -> None:
        self.seen = ColumnsSeen(self.judges.wanted, meant=self.judges.meant)

    def take(self, where: str, record: dict[str, Any], at_byte: int = 0) -> bool:
        """Judge one more; False when it has a fault that refuses the file."""
        self.rows += 1
        if self.rows == 1:
            self.told = self.judges.tells(record)
        why = unknown_number(record, self.judges.wanted) or self._kind_fault(record, at_byte)
        why = why or self.judges.media(record) or self._unusable(where, record)
        if why:
            self.fault = f"{where}: {why}"
            return False
        self.seen.add(record)
        if passed := self.judges.passes_over(record):
            self.passed_over[passed] += 1
        if record.keys() - self.columns.keys():
            self.columns |= dict.fromkeys(record)
        return True

    def take_plain(self, count: int) -> None:
        """Count records that are known to be good."""
        self.rows += count
        self.seen.records += count
        self.seen.usable += count

    def verdict(self, path: str, notes: Iterable[str], *, whole: bool) -> Verdict:
        """Of all that was taken."""
        why = self.seen.problem()
        fault = f"{path}, {self.fault}" if self.fault else f"{path}: {why}" if why else ""
        passed = (
            f"in {count} of {self.rows} rows column {column} has more than one answer: the first is used"
            for column, count in self.passed_over.items()
        )
        notes = (*notes, *((self.told,) if self.told else ()), *passed)
        return Verdict(path, fault, self.rows, self.tally.causes(), notes, columns=tuple(self.columns), whole=whole)

    def _kind_fault(self, record: dict[str, Any], at_byte: int) -> str:
        if not self.watches_kinds:
            return ""
        if at_byte > DECIDED_BY_BYTES:
            why = self._kinds.fault(record)
            return f"{why}; {DECIDED}" if why else ""
        self._kinds.add(record)
        return ""

    def _unusable(self, where: str, record: dict[str, Any]) -> str:
        """Counts a record that would be left out; the sentence where it must not be there at all."""
        why = self.judges.judge(record)
        if self.judges.reads and not why:
            return ""
        lowered, needs_answer = self.judges.lowered(record), self.judges.needs_answer
        gap = contents_fault(lowered, needs_answer=needs_answer)
        if why and not gap and not self.judges.counts:
            return why
        if why:
            gap = unusable(lowered, self.judges.unfit(record) or Unfit(why), needs_answer=needs_answer)
        if gap:
            self.tally.add(gap.words, where, gap.why)
        return ""
