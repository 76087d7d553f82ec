"""How records with the same columns are read: found once, then applied to each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .conversations.texts import has_text
from .conversations.turns import are_plain
from .parts.columns import Record

Test = Callable[[Record], bool]


# What begins with these may be a list or an object written out, or a dialogue.
DOUBTFUL = frozenset("[{\n")


def in_doubt(_record: Record) -> bool:
    """The test that passes nothing."""
    return False


@dataclass(frozen=True, slots=True)
class Plan:
    """`read` gives what ms-swift is to get, or raises Unfit; `used` are the columns that it looks at.

    `is_plain` is a fast test that `read` would read a record; it may say no to one that is. `says` tells what was taken
    for what; nothing where ms-swift's own names say it.

    `by_outline` promises that records whose columns are of the same kinds are read alike as long as the same of their
    texts are empty and the same roles follow one another in their turns, whatever the texts say; except for texts that
    begin as DOUBTFUL ones do, for calls of tools, and for the two answers of a `pair` (the better, the worse column):
    these have to end differently, and to begin with the same question where both begin with one. `watched` are columns
    that decide by being empty, though nothing is read of them.
    """

    read: Callable[[Record], dict[str, Any]]
    used: tuple[str, ...]
    is_plain: Test = in_doubt
    says: str = ""
    by_outline: bool = False
    pair: tuple[str, str] | tuple[()] = ()
    watched: tuple[str, ...] = ()


def have_texts(names: Iterable[str], beside: Iterable[str] = ()) -> Test:
    """Whether all of these columns hold texts that are not empty, and those beside them texts."""
    columns, others = tuple(names), tuple(beside)

    def test(record: Record) -> bool:
        for name in columns:
            value = record[name]
            if type(value) is not str or not has_text(value) or value[0] in DOUBTFUL:
                return False
        return all(type(record[name]) is str for name in others)

    return test


def have_messages(name: str, beside: Iterable[str] = ()) -> Test:
    """Whether that column holds a plain conversation with an answer, and those beside it a text or nothing."""
    texts = tuple(beside)

    def test(record: Record) -> bool:
        return are_plain(record[name]) and all(type(record[text]) is str for text in texts)

    return test


def beside(record: Record, used: tuple[str, ...]) -> dict[str, Any]:
    """What else the record has, without what is null: a column of other records, which ms-swift would read."""
    return {name: value for name, value in record.items() if name not in used and value is not None}
