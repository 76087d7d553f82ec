"""Two answers side by side, and a column that tells which is the better one: it may be another in each record."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..conversations.texts import parsed
from ..unfit import Same, Unfit, shown
from .columns import Columns, Record
from .sides import SIDES, Two, scores_of, sided, two_answers

# Columns that name the better one of the two.
NAMING = (
    "better_response_id", "better_id", "better_response", "better_answer", "better", "preferred_id", "preferred",
    "preference", "human_preference", "chosen_id", "chosen_index", "chosen_idx", "chosen", "choice", "best_id", "best",
    "winner", "winner_id",
)  # fmt: skip
# Numbers in these count from 0.
COUNTING = frozenset({"better_response_id", "better_id", "preferred_id", "chosen_id", "chosen_index", "chosen_idx",
                      "choice", "best_id", "winner_id"})  # fmt: skip
# The one of those whose answers are counted from 1 that is known to mean their names.
ALPACA_FARM = ("preference", "output_1")
# Below 0 for the first, above 0 for the second, as in HelpSteer.
STRENGTHS = ("preference_strength", "overall_preference")
# Stanford's: 1 stands for the first.
FIRST_IS_ONE = ("human_ref_a", "labels")
# A column so called may tell it, too, in a way that is not known here.
MAY_TELL = re.compile(r"prefer|better|best|chosen|choice|win|label|score|rating|rank|reward|safe|vote|correct")
TIE = re.compile(r"tie|both|draw|equal|none|neither|same", re.IGNORECASE)
LANGUAGES = frozenset({
    "zh", "cn", "en", "de", "fr", "es", "it", "ja", "jp", "ko", "ru", "pt", "ar", "hi", "vi", "th", "id", "tr", "nl",
    "pl", "cs", "sv", "uk",
})  # fmt: skip
BOTH = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """`first` and `second` are the answers, `by` the columns that tell. `is_second` may raise Unfit."""

    first: str
    second: str
    by: tuple[str, ...]
    is_second: Callable[[Record], bool]

    def ordered(self, record: Record) -> tuple[str, str]:
        """The columns of the better and of the worse answer."""
        return (self.second, self.first) if self.is_second(record) else (self.first, self.second)


def choice_of(columns: Columns, record: Record) -> Choice | None:
    """How the better of two answers is told; None where there are no two, or nothing that is known to tell it."""
    two = two_answers(columns, record)
    return _named(columns, record, two) or _counted(columns, two) or _unread(columns, two) if two else None


def _named(columns: Columns, record: Record, two: Two) -> Choice | None:
    naming = next((own for own in columns.own(NAMING) if _names_one(record[own], two, own)), "")
    return _choice(two, (naming,), lambda record: _is_named(record[naming], two, naming)) if naming else None


def _counted(columns: Columns, two: Two) -> Choice | None:
    """By numbers."""
    if FIRST_IS_ONE[0] == two.first.lower() and (label := columns.first(FIRST_IS_ONE[1:])):
        return _choice(two, (label,), lambda record: not _is_one(record[label], label))
    if strength := columns.first(STRENGTHS):
        return _choice(two, (strength,), lambda record: _is_above(record[strength], 0, (strength,)))
    if scores := scores_of(columns, two):
        one, other = scores
        return _choice(two, scores, lambda record: _is_above(record[other], record[one], scores))
    return None


def _unread(columns: Columns, two: Two) -> Choice | None:
    """By a column whose values are not understood so far: each record is refused by its own."""
    naming = columns.first(NAMING)
    return _choice(two, (naming,), lambda record: _is_named(record[naming], two, naming)) if naming else None


def no_pair(columns: Columns, record: Record, texts: list[str]) -> str:
    """Why two of its columns cannot be called the better and the worse one for all records alike; empty where they may
    be. `texts` are those that have no meaning by their names.
    """
    two = two_answers(columns, record)
    names = [two.first, two.second] if two else texts
    if len(names) != BOTH:
        return ""
    first, second = names
    languages = {name.lower().rpartition("_")[2] for name in (first, second)}
    if len(languages) > 1 and languages <= LANGUAGES:
        return (
            f"columns {first} and {second} are answers in two languages, and none of them is the worse one; write the "
            "worse answer to each question into a column rejected"
        )
    telling = [own for name, own in columns.names.items() if own not in {first, second} and _may_tell(name)]
    if not telling:
        return ""
    return (
        f"which of columns {first} and {second} is the better answer may be another in each row, as column "
        f"{telling[0]} tells; write it into a column chosen, and the other into a column rejected"
    )


def _may_tell(name: str) -> bool:
    return bool(MAY_TELL.search(name))


def _choice(two: Two, by: tuple[str, ...], is_second: Callable[[Record], bool]) -> Choice:
    return Choice(two.first, two.second, by, is_second)


def _named_side(value: object, two: Two, column: str) -> int | None:
    """Which of the two it names, 0 or 1; None where that cannot be said."""
    if isinstance(value, str) and (number := parsed(value)) is not None and isinstance(number, int):
        value = number
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if two.sides == SIDES[1] and (column.lower(), two.first.lower()) != ALPACA_FARM:
            return None  # 1 may be the first, by its name, or the second, counted from 0
        sides = SIDES[0] if column.lower() in COUNTING else two.sides
        return sides.index(str(value)) if str(value) in sides else None
    if not isinstance(value, str):
        return None
    said = value.strip().lower().replace(" ", "_")
    named = (two.first.lower(), two.second.lower())
    side = said if said in two.sides else sided(said)[1]
    return named.index(said) if said in named else two.sides.index(side) if side in two.sides else None


def _names_one(value: object, two: Two, column: str) -> bool:
    return _named_side(value, two, column) is not None or (isinstance(value, str) and bool(TIE.match(value)))


def _is_named(value: object, two: Two, column: str) -> bool:
    side = _named_side(value, two, column)
    if side is None:
        raise _nothing(column, value, two.first, two.second)
    return bool(side)


def _nothing(column: str, value: object, first: str, second: str) -> Unfit:
    if isinstance(value, str) and TIE.match(value):
        return Same(f"column {column} tells that no answer is better than the other; there is nothing to compare")
    return Unfit(
        f"column {column} is {shown(value)}, which names neither {first} nor {second} as the better answer; "
        "write that one into a column chosen, and the other into a column rejected"
    )


def _is_one(value: object, column: str) -> bool:
    if isinstance(value, str):
        value = parsed(value)
    if not isinstance(value, (int, float)) or value not in {0, 1}:
        raise Unfit(f"column {column} is {shown(value)}; it is 1 where the first of two answers is better, and else 0")
    return value == 1


def _is_above(value: object, other: object, columns: tuple[str, ...]) -> bool:
    numbers = [parsed(one) if isinstance(one, str) else one for one in (value, other)]
    if not all(isinstance(one, (int, float)) for one in numbers):
        bad = next(one for one in numbers if not isinstance(one, (int, float)))
        raise Unfit(f"column {columns[-1]} has {shown(bad)}; it has to be a number that tells which answer is better")
    high, low = (float(one) for one in numbers if isinstance(one, (int, float)))
    if high == low:
        raise Same(f"column {columns[-1]} tells that no answer is better than the other; there is nothing to compare")
    return high > low
