"""The book of a training's rows: how many the job gave, how many are used, and which are not, for what causes."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from .ahead import Ahead
from .causes import NOTHING_TO_LEARN, SHAPE
from .ledger import UNKNOWN, Batch, Tally, first_few
from .passed import Passed
from .row_numbers import place_of

# The stages of a row: ms-swift makes messages of it, then tokens.
SHAPES, TOKENS = "shapes", "tokens"


@dataclass
class Source:
    """One data set as ms-swift loaded it: `given` rows, of which `kept` had a usable shape; 0 while it streams.

    `taken` of those go on: all, or where it `is_sample` (`data.jsonl#1000`) so many as were asked for. `validates`:
    they are not trained on.
    """

    name: str
    given: int = 0
    kept: int = 0
    taken: int = 0
    validates: bool = False
    is_sample: bool = False


@dataclass
class Book:
    """`loaded` rows go to training, and `fitting` of them fitted when all were put into tokens before it. Rows of a
    shape that cannot be used are no part of a sample, which is taken of the others: they are `passed_over`.

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
    passed_over: Tally = field(default_factory=Tally)
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
            tally = self._tally(note[0], batch.stage)
            if tally is self.trained[SHAPES] and batch.numbers:  # of a stream
                self._ahead.add(note)
            else:
                tally.add(*note, once=once)
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
        return self.seen.get(SHAPES, 0) - self._ahead.found - self.passed_over.unused

    @property
    def _went_on(self) -> int:
        return self._kept if self.go_on_unseen else self.seen.get(TOKENS, 0)

    def _tally(self, number: int, stage: str) -> Tally:
        source = self._source(number)
        if source and source.validates:
            return self.validated[stage]
        return self.passed_over if stage == SHAPES and source and self._is_chosen(source) else self.trained[stage]

    def _is_chosen(self, source: Source) -> bool:
        """Whether the rows that go on were chosen of its usable ones: by a sample, or by how several were mixed."""
        return source.is_sample or not self._all_go_on

    def _new(self, batch: Batch) -> int:
        """How many of its rows were not seen before: a stream begins again behind its end."""
        return self._passed[batch.stage].add(batch.numbers) + batch.seen - len(batch.numbers)

    @property
    def given(self) -> int:
        """Rows to train on: of data that stream, those of which it is known so far whether they are used."""
        return self.used + self._untold + sum(tally.unused for tally in self.trained.values())

    @property
    def used(self) -> int:
        """Those that a model can learn from; of data that are read while it trains, as far as they were read."""
        reached = self._went_on if self.loaded is None else self.loaded
        return max(0, reached - self.trained[TOKENS].unused - self._untold_tokens)

    @property
    def share(self) -> float:
        """`used` of `given`, 0 to 1."""
        return self.used / self.given if self.given else 1.0

    @property
    def _all_go_on(self) -> bool:
        return self.loaded is None or self.loaded == sum(source.taken for source in self._to_train())

    @property
    def _untold(self) -> int:
        """Rows that are gone without a note, as where ms-swift took what it had kept of an earlier reading."""
        whole = [source for source in self._to_train() if not self._is_chosen(source)]
        lost = sum(source.given - source.kept for source in whole)
        return max(0, lost - self.trained[SHAPES].unused) + self._untold_tokens

    @property
    def _untold_tokens(self) -> int:
        if self.loaded is None or self.fitting is None:
            return 0
        tokens = self.trained[TOKENS]
        return max(0, self.loaded - self.fitting - tokens.unused + tokens.counts[NOTHING_TO_LEARN])

    def summary(self) -> dict[str, Any]:
        """What is told, the most frequent cause first; `is_final` when nothing will be added."""
        return {
            "given": self.given,
            "used": self.used,
            "share": round(self.share, 4),
            "is_final": self.fitting is not None,
            "dropped": self._dropped(*self.trained.values(), untold=self._untold),
            "validation_dropped": self._dropped(*self.validated.values()),
            "passed_over": self._dropped(self.passed_over),
        }

    def _to_train(self) -> list[Source]:
        return [source for source in self.sources if not source.validates]

    def _source(self, number: int) -> Source | None:
        place = place_of(number)[0]
        return self.sources[place] if number != UNKNOWN and place < len(self.sources) else None

    def _validates(self, number: int) -> bool:
        source = self._source(number)
        return source is not None and source.validates

    def _dropped(self, *tallies: Tally, untold: int = 0) -> list[dict[str, Any]]:
        """One entry for each cause, at whichever stage it was found; a row without a note could not be read."""
        counts, first = Counter[str](), defaultdict[str, list[tuple[int, str]]](list)
        for tally in tallies:
            counts += tally.counts
            for cause in tally.counts:
                first[cause] += tally.first_rows(cause)
        counts += Counter({SHAPE: untold})
        return [
            {"cause": cause, "count": count, "first": [self._row(*row) for row in first_few(first[cause])]}
            for cause, count in counts.most_common()
        ]

    def _row(self, number: int, why: str) -> dict[str, Any]:
        if number == UNKNOWN:
            return {"source": "", "row": None, "why": why}
        source, row = place_of(number)
        return {"source": self.sources[source].name if source < len(self.sources) else "", "row": row, "why": why}
