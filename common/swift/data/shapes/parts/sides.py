"""Two answers to one question in columns that are told apart by the end of their names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .columns import BESIDE, LISTS, QUESTIONS, SYSTEMS, Columns, Record

# How two columns or scores are told apart, at the end of their names.
SIDES = (("0", "1"), ("1", "2"), ("a", "b"))
# What may stand before that: `response_a`, `response1`, `human_ref_A`, `model_a`.
SIDED = re.compile(r"(.*[a-z])[_-]?(0|1|2|a|b)|(.+)[_-](a|b)")
# The usual names of such answers.
SIDE_BY_SIDE = frozenset(
    f"{stem}{mark}{side}"
    for stem in ("conversation", "response", "answer", "output", "completion", "human_ref", "summary", "reply")
    for mark in ("_", "")
    for sides in SIDES
    for side in sides
)
SCORES = ("score", "scores", "rating", "reward", "overall_score", "winner_model", "winner", "win")
ANSWER = re.compile(r"answer|response|completion|output|conversation|human_ref|summary|reply|generation|continuation")
ANSWER_LIKE = (str, list, dict)


@dataclass(frozen=True, slots=True)
class Two:
    """The columns of both, and what their names end with."""

    first: str
    second: str
    sides: tuple[str, str]


def two_answers(columns: Columns, record: Record) -> Two | None:
    """The two columns that hold answers to one question; None where there are none, or more of them."""
    known = {*LISTS, *SYSTEMS, *QUESTIONS, *BESIDE}
    found: dict[str, dict[str, str]] = {}
    for name, own in columns.names.items():
        stem, side = sided(name)
        if side and name not in known and stem not in SCORES and isinstance(record[own], ANSWER_LIKE):
            found.setdefault(stem, {})[side] = own
    pairs = [
        Two(owns[sides[0]], owns[sides[1]], sides)
        for owns in found.values()
        for sides in SIDES
        if len(owns) == len(sides) and owns.keys() == set(sides) and not _are_names(owns.values())
    ]
    if len(pairs) > 1:  # beside tokens, quotes, ids, as WebGPT and SHP have them
        pairs = [pair for pair in pairs if ANSWER.search(pair.first.lower())]
    return pairs[0] if len(pairs) == 1 else None


def _are_names(columns: Iterable[str]) -> bool:
    """Whether these hold the names of the models that answered, as `model_a` does."""
    return any(name.lower().startswith(("model", "source", "id", "generator")) for name in columns)


def sided(name: str) -> tuple[str, str]:
    """The beginning of a name, and the side that its end tells; nothing of both where it tells none."""
    found = SIDED.fullmatch(name) if name[-1:] in "012" else re.fullmatch(r"(.+)[_-](a|b)", name)
    return (found[1], found[2]) if found and found[1] else ("", "")


def scores_of(columns: Columns, two: Two) -> tuple[str, str] | None:
    """The columns that hold a number for each of the two, the higher one for the better."""
    for stem in SCORES:
        for mark in ("_", ""):
            found = columns.own(f"{stem}{mark}{side}" for side in two.sides)
            if len(found) == len(two.sides):
                return found[0], found[1]
    return None
