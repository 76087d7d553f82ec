"""An object that holds the records of a file: in a list below one of its keys, however deep, below keys that number or
name them, or as columns.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .shapes import LISTS, TEXT_COLUMNS
from .unreadable import Unreadable

# What makes of an object a turn of a dialogue, and not a record.
TURN_KEYS = ({"role", "content"}, {"from", "value"}, {"role"}, {"user", "assistant"})
DEEPEST = 4


@dataclass(frozen=True)
class Held:
    """`form` is wrapped, keyed or columns; `below` are the keys that lead there, outermost first."""

    form: str
    below: tuple[str, ...] = ()


def held_in(whole: Mapping[str, Any]) -> Held | None:
    """Where the records are; None in an object that is a record itself. Raises Unreadable where they may be several."""
    if is_of_a_record(whole):
        return None
    found = list(_held(whole, ()))
    of_records = [held for held in found if _has_records(whole, held)]
    found = of_records if len(of_records) == 1 else found
    if len(found) > 1:
        names = ", ".join(f"`{'.'.join(held.below)}`" for held in found)
        if key := _joining(whole, found):
            raise Unreadable(
                f"an object with lists that belong together ({names}), as {key} in them tells; write JSON lines, one "
                "for each record, with all that it needs of them"
            )
        first = ".".join(found[0].below)
        raise Unreadable(
            f"an object with several lists of records ({names}); write the one to train on as JSON lines, "
            f"as `jq -c '.{first}[]'` does"
        )
    return found[0] if found else Held("columns") if _are_columns(list(whole.values())) else None


def _joining(whole: Mapping[str, Any], found: list[Held]) -> str:
    """The key by which records of one list name those of another, as image_id does for images; empty where none is."""
    lists = [held for held in found if held.form == "wrapped"]
    return next(
        (
            key
            for held in lists
            for key in reached(whole, held.below)[0]
            if key.endswith("_id")
            and any(other.below[-1].lower().startswith(key[:-4].lower()) for other in lists if other is not held)
        ),
        "",
    )


def reached(whole: Any, below: tuple[str, ...]) -> Any:
    """What those keys lead to."""
    for name in below:
        whole = whole[name]
    return whole


def is_of_a_record(item: Mapping[str, Any]) -> bool:
    """Whether a key stands for what is learned from: a question, or a conversation in whatever form."""
    return any(map(_is_learned_from, item, item.values()))


def _is_learned_from(name: str, value: object) -> bool:
    is_named = name.lower() in LISTS or (isinstance(value, str) and name.lower() in TEXT_COLUMNS)
    return is_named or (isinstance(value, list) and bool(value) and _is_dialogue(value))


def _is_dialogue(value: list[Any]) -> bool:
    """Whether these are turns of a dialogue, which one record has."""
    return all(isinstance(item, dict) and any(keys <= item.keys() for keys in TURN_KEYS) for item in value)


def _held(item: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[Held]:
    if _are_keyed(item):
        yield Held("keyed", above)
        return
    for name, value in item.items():
        below = (*above, name)
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            yield Held("wrapped", below)
        elif isinstance(value, dict) and len(below) < DEEPEST:
            yield from _held(value, below)


def _are_keyed(item: Mapping[str, Any]) -> bool:
    """Whether a record stands below each key; most are looked at, as one may have nothing in it."""
    values = list(item.values())
    if not values or not all(isinstance(value, dict) and value for value in values):
        return False
    return sum(map(is_of_a_record, values)) > len(values) / 2


def _has_records(whole: Mapping[str, Any], held: Held) -> bool:
    return held.form == "keyed" or is_of_a_record(reached(whole, held.below)[0])


def _are_columns(values: list[Any]) -> bool:
    """Two or more, each with as many entries: lists, or objects whose keys are numbers (as pandas writes them)."""
    if len(values) > 1 and all(isinstance(value, list) for value in values):
        return len({len(value) for value in values}) == 1 and len(values[0]) > 0
    if values and all(isinstance(value, dict) and value for value in values):
        first = values[0].keys()
        return all(name.isdigit() for name in first) and all(value.keys() == first for value in values)
    return False
