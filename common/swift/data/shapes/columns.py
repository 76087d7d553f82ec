"""Which column of a record is what: names in lower case, as people give them, and the record's own behind them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .unfit import Unfit

Record = Mapping[str, Any]

LISTS = ("messages", "conversations", "conversation")
SYSTEMS = ("system", "system_prompt")
QUESTIONS = ("query", "prompt", "question", "problem", "instruction", "input")
ANSWERS = ("response", "answer", "output", "targets", "target", "answer_key", "answers", "solution", "completion")
# An answer only where no other column is one: a formatted copy of the whole often lies beside it.
WEAK_ANSWERS = ("text", "content")
# What ms-swift itself reads beside the conversation, and what the second answer needs as well.
MEDIA = ("images", "videos", "audios", "objects", "tools")
# What it reads besides, and what says nothing of a question or an answer.
BESIDE = frozenset({*MEDIA, "image", "video", "audio", "channel", "margin", "chat_template_kwargs"})


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a record that are not null: by the lower-case name that counts, their name in the record."""

    names: Mapping[str, str]
    empty: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def own(self, names: Iterable[str]) -> tuple[str, ...]:
        """The record's own names of those that are there."""
        return tuple(self.names[name] for name in names if name in self.names)

    def first(self, names: Iterable[str]) -> str:
        """The record's own name of the first that is there; empty when none is."""
        return next(iter(self.own(names)), "")

    def first_null(self, names: Iterable[str]) -> str:
        """The first of them that is there and null."""
        return next((self.empty[name] for name in names if name in self.empty), "")


def columns_of(record: Record, renamed: Mapping[str, str]) -> Columns:
    """`renamed` is by the lower-case name in the data."""
    names: dict[str, str] = {}
    empty: dict[str, str] = {}
    for name, value in record.items():
        counted = renamed.get(name.lower(), name.lower())
        (empty if value is None else names).setdefault(counted, name)
    return Columns(names, empty)


def the_one(columns: Columns, candidates: Iterable[str], chief: str, meaning: str) -> str:
    """The record's own name of the one candidate that is there; `chief` wins over all. Raises Unfit for two."""
    if chief in columns:
        return columns.names[chief]
    found = columns.own(candidates)
    if len(found) > 1:
        raise Unfit(
            f"columns {found[0]} and {found[1]} could both be the {meaning}; say which one is by "
            f'extra_args.columns {{"{found[0]}": "{chief}"}}'
        )
    return found[0] if found else ""
