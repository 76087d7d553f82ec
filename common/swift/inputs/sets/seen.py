"""The data sets that a job trains on, looked at one by one and judged together: ms-swift joins them."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.field_problem import FieldProblem
from common.swift.inputs.data import place_of, problems_of
from common.swift.inputs.places.paths import split_sample
from common.swift.inputs.verdict import Verdict

# Of a single data set: any that has a row to learn from may stand beside others.
ANY_ROW = 0.0


@dataclass(frozen=True, slots=True)
class Seen:
    """One of them, at `path` with its sampling suffix; without a verdict there is nothing at that place."""

    field: str
    path: str
    verdict: Verdict | None

    @property
    def share(self) -> float:
        """Of the rows that the job asks for, how many can be used; 1 where there are none."""
        verdict = self.verdict
        return verdict.usable / verdict.rows if verdict and verdict.rows and not self.is_sample else 1.0

    @property
    def asked(self) -> int:
        """How many rows the job asks for: the sample, or all."""
        return int(self._sample[1:]) if self.is_sample else self.verdict.rows if self.verdict else 0

    @property
    def is_sample(self) -> bool:
        """Whether so many rows are asked for (`data.jsonl#1000`), more or fewer than there are."""
        return bool(self._sample)

    @property
    def _sample(self) -> str:
        return "" if str(place_of(self.path)) == self.path else split_sample(self.path)[1]

    @property
    def taken(self) -> int | None:
        """How many rows ms-swift takes of it; None where only samples of it were read."""
        if self.is_sample:
            return self.asked
        verdict = self.verdict
        return verdict.usable if verdict and verdict.whole else None


def problems_together(seen: Sequence[Seen], min_rows_used: float, *, are_all: bool = True) -> list[FieldProblem]:
    """What refuses data sets: one that cannot be read or has nothing to learn from by itself, others where too little
    of all of them is left. Not `are_all`: how many rows the others have is not known here.
    """
    found = _problems(seen, ANY_ROW)
    if found or not are_all or _share(seen) >= min_rows_used:
        return found
    return _problems(seen, min_rows_used)


def _problems(seen: Sequence[Seen], min_rows_used: float) -> list[FieldProblem]:
    """Of a sample all rows can be used, as it is taken of those, unless there are none."""
    return [
        problem
        for one in seen
        for problem in problems_of(one.verdict, one.field, ANY_ROW if one.is_sample else min_rows_used, one.path)
    ]


def _share(seen: Sequence[Seen]) -> float:
    """Of the rows of all of them that the job asks for, how many can be used; where that is not known, the best
    share of any, which that of all cannot exceed.
    """
    taken = [one.taken for one in seen]
    if not seen or None in taken:
        return max((one.share for one in seen), default=1.0)
    asked = sum(one.asked for one in seen)
    return sum(filter(None, taken)) / asked if asked else 1.0
