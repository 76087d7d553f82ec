"""Which column of a record is what: names in lower case, as people give them, and the record's own behind them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..conversations.rounds import is_conversation
from ..unfit import Unfit

Record = Mapping[str, Any]

LISTS = ("messages", "conversations", "conversation")
# Where none of those is there, conversations may be here: UltraChat, DailyDialog, Glaive.
OTHER_LISTS = ("data", "dialog", "dialogue", "chat")
SYSTEMS = ("system", "system_prompt")
QUESTIONS = ("query", "prompt", "question", "problem", "instruction", "input")
ANSWERS = ("response", "answer", "output", "targets", "target", "answer_key", "answers", "solution", "completion")
# An answer only where no other column is one: a formatted copy of the whole often lies beside it.
WEAK_ANSWERS = ("text", "content")
# Where none of the above is there. These ms-swift does not know.
FURTHER_QUESTIONS = (
    "inputs", "input_text", "src", "src_text", "source_text", "user", "user_input", "human", "q", "utterance",
    "questions", "article", "document", "dialogue", "问题", "提问",
)  # fmt: skip
FURTHER_ANSWERS = (
    "outputs", "output_text", "tgt", "tgt_text", "target_text", "summary", "highlights", "assistant", "bot", "a",
    "答案", "回答",
)  # fmt: skip
FURTHER = frozenset({*FURTHER_QUESTIONS, *FURTHER_ANSWERS})
# What ms-swift itself reads beside the conversation, and what the second answer needs as well.
MEDIA = ("images", "videos", "audios", "objects", "tools")
# What it reads besides, and what says nothing of a question or an answer.
BESIDE = frozenset({*MEDIA, "image", "video", "audio", "channel", "margin", "chat_template_kwargs"})


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a record that are not null: by the lower-case name that counts, their name in the record.

    `blank` are those that hold an empty text: they count, as they may be filled in others, but compete with none.
    `has_said` is whether somebody has said which one is the answer.
    """

    names: Mapping[str, str]
    empty: Mapping[str, str] = field(default_factory=dict)
    blank: frozenset[str] = frozenset()
    has_said: bool = False

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def own(self, names: Iterable[str]) -> tuple[str, ...]:
        """The record's own names of those that are there."""
        return tuple(self.names[name] for name in names if name in self.names)

    def first(self, names: Iterable[str]) -> str:
        """The record's own name of the first that is there; empty when none is."""
        return next(iter(self.own(names)), "")

    def filled(self, names: Iterable[str]) -> tuple[str, ...]:
        """The record's own names of those that are there with something in them."""
        return self.own(name for name in names if name not in self.blank)

    def first_null(self, names: Iterable[str]) -> str:
        """The first of them that is there and null."""
        return next((self.empty[name] for name in names if name in self.empty), "")


def columns_of(record: Record, renamed: Mapping[str, str], *, has_said: bool = False) -> Columns:
    """`renamed` is by the lower-case name in the data."""
    names: dict[str, str] = {}
    empty: dict[str, str] = {}
    blank: set[str] = set()
    for name, value in record.items():
        counted = renamed.get(name.lower(), name.lower())
        (empty if value is None else names).setdefault(counted, name)
        if value == "" and names[counted] == name:
            blank.add(counted)
    if not any(name in names for name in (*LISTS, *ANSWERS, *FURTHER_ANSWERS, "summary")):
        other = next((name for name in OTHER_LISTS if name in names and is_conversation(record[names[name]])), "")
        names |= {LISTS[-1]: names[other]} if other else {}
    return Columns(names, empty, frozenset(blank), has_said)


def the_one(columns: Columns, candidates: Iterable[str], chief: str, meaning: str) -> str:
    """The record's own name of the one candidate that is there; `chief` wins over all. Raises Unfit for two."""
    if chief in columns:
        return columns.names[chief]
    found = columns.filled(candidates) or columns.own(candidates)[:1]
    if len(found) > 1:
        raise Unfit(
            f"columns {found[0]} and {found[1]} could both be the {meaning}; say which one is by "
            f'extra_args.columns {{"{found[0]}": "{chief}"}}'
        )
    return found[0] if found else ""
