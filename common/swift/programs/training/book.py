"""The book of a training's rows: how many the job gave, how many are used, and which are not, for what causes."""

from dataclasses import dataclass, field
from typing import Any

from .ahead import Ahead
from .causes import NOTHING_TO_LEARN
from .ledger import UNKNOWN, Batch, Tally
from .passed import Passed
from .row_numbers import place_of

# The stages of a row: ms-swift makes messages of it, then tokens.
SHAPES, TOKENS = "shapes", "tokens"


@dataclass
class Source:
    """One data set as ms-swift loaded it: `given` rows, of which `kept` had a usable shape; 0 while it streams.

    `taken` of them go on, where a sample (`data.jsonl#1000`) was asked for. `validates`: they are not trained on.
    """

    name: str
    given: int = 0
    kept: int = 0
    taken: int = 0
    validates: bool = False

    @property
    def asked(self) -> int:
        """The rows that the job asked for: all, or the sample."""
        return self.given if self.taken == self.kept else self.taken

    @property
    def needed(self) -> float:
        """The rows that were looked at for those that go on: a sample is taken of the usable ones."""
        return self.taken * self.given / self.kept if self.kept else float(self.given)


@dataclass
class Book:
    """`loaded` rows go to training, and `fitting` of them fitted when all were put into tokens before it.

    A part held out to validate with is included in both. `loaded` is None while data stream, `fitting` where rows are
    put into tokens while the model trains; then the numbers grow, and are not final.

    Of data that stream a row is given once it is known whether it is used. Rows are read ahead of that: what is left
    out while they are read waits (`Ahead`). `wanted` rows at most go into all steps, 0 where nobody knows; `is_whole`
    when the stream came to its end, and begins again. Where rows `go_on_unseen`, those that were read count as used.
    """

    sources: list[Source] = field(default_factory=list)
    loaded: int | None = None
    fitting: int | None = None
    seen: dict[str, int] = field(default_factory=dict)
    trained: dict[str, Tally] = field(default_factory=lambda: {SHAPES: Tally(), TOKENS: Tally()})
    validated: dict[str, Tally] = field(default_factory=lambda: {SHAPES: Tally(), TOKENS: Tally()})
    wanted: int = 0
    is_whole: bool = False
    go_on_unseen: bool = False
    _passed: dict[str, Passed] = field(default_factory=lambda: {SHAPES: Passed(), TOKENS: Passed()})
    _ahead: Ahead = field(default_factory=Ahead)

    def add(self, batch: Batch) -> None:
        """Count a batch of rows."""
        if not self._validates(batch.first):
            self.seen[batch.stage] = self.seen.get(batch.stage, 0) + self._new(batch)
        # A sample of more rows than there are has some of them several times, each of which is put into tokens.
        once = batch.stage == SHAPES or self.fitting is None
        for note in batch.notes:
            if self._validates(note[0]):
                self.validated[batch.stage].add(*note, once=once)
            elif batch.stage == SHAPES and batch.numbers:  # of a stream
                self._ahead.add(note)
            else:
                self.trained[batch.stage].add(*note, once=once)
        self._pass_on()

    def ends(self) -> None:
        """The stream came to its end: nothing of it waits any more."""
        self.is_whole = True
        self._pass_on()

    def _pass_on(self) -> None:
        for note in self._ahead.passing(self._kept if self.is_whole else self._went_on, self._kept):
            self.trained[SHAPES].add(*note)

    @property
    def _kept(self) -> int:
        """Rows of a stream that were read, and had a usable shape."""
        return self.seen.get(SHAPES, 0) - self._ahead.found

    @property
    def _went_on(self) -> int:
        return self._kept if self.go_on_unseen else self.seen.get(TOKENS, 0)

    def _new(self, batch: Batch) -> int:
        """How many of its rows were not seen before: a stream begins again behind its end."""
        return self._passed[batch.stage].add(batch.numbers) + batch.seen - len(batch.numbers)

    @property
    def given(self) -> int:
        """Rows to train on: of data that stream, those of which it is known so far whether they are used."""
        if self.loaded is None:
            return self._went_on + self.trained[SHAPES].unused
        sources = self._to_train()
        as_loaded = self.loaded == sum(source.taken for source in sources)
        return sum(source.asked for source in sources) if as_loaded else self.loaded

    @property
    def used(self) -> int:
        """Those that a model can learn from; of data that are read while it trains, as far as they were read."""
        unused, masked = self.trained[TOKENS].unused, self.trained[TOKENS].counts[NOTHING_TO_LEARN]
        if self.loaded is None:
            return max(0, self._went_on - unused)
        return max(0, self.loaded - unused if self.fitting is None else self.fitting - masked)

    @property
    def share(self) -> float:
        """`used` of `given`, 0 to 1; where a sample was taken, the rows that it was taken of count as well."""
        if self.loaded is None:
            return self.used / self.given if self.given else 1.0
        taken, needed = (sum(getattr(source, name) for source in self._to_train()) for name in ("taken", "needed"))
        return (taken / needed if needed else 1.0) * (self.used / self.loaded if self.loaded else 0.0)

    def summary(self) -> dict[str, Any]:
        """What is told, the most frequent cause first; `is_final` when nothing will be added."""
        return {
            "given": self.given,
            "used": self.used,
            "share": round(self.share, 4),
            "is_final": self.fitting is not None,
            "dropped": self._dropped(self.trained),
            "validation_dropped": self._dropped(self.validated),
        }

    def _to_train(self) -> list[Source]:
        return [source for source in self.sources if not source.validates]

    def _validates(self, number: int) -> bool:
        source = place_of(number)[0]
        return number != UNKNOWN and source < len(self.sources) and self.sources[source].validates

    def _dropped(self, tallies: dict[str, Tally]) -> list[dict[str, Any]]:
        found = [
            {"cause": cause, "count": count, "first": [self._row(*row) for row in tally.first_rows(cause)]}
            for tally in tallies.values()
            for cause, count in tally.counts.items()
        ]
        return sorted(found, key=lambda drop: -int(drop["count"]))

    def _row(self, number: int, why: str) -> dict[str, Any]:
        if number == UNKNOWN:
            return {"source": "", "row": None, "why": why}
        source, row = place_of(number)
        return {"source": self.sources[source].name if source < len(self.sources) else "", "row": row, "why": why}
