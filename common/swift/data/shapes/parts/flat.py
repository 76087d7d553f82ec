"""Records of texts alone: which column is the question, and which one the answer. Where names do not tell, the sentence
that asks for them: an answer that is learned without its question is none.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..conversations.turns import is_messages
from ..unfit import Unfit
from .answers import strong_answer
from .columns import (
    ANSWERS,
    BESIDE,
    FURTHER_ANSWERS,
    FURTHER_QUESTIONS,
    LISTS,
    QUESTIONS,
    SYSTEMS,
    WEAK_ANSWERS,
    Columns,
    Record,
    the_one,
)

# Texts that lie beside questions and answers everywhere, by their whole name or by the end of it.
NO_TEXTS = frozenset(
    {
        "id", "idx", "index", "uid", "uuid", "name", "source", "category", "dataset", "domain", "subset", "split",
        "lang", "language", "language_code", "url", "uri", "link", "path", "file", "filename", "timestamp", "date",
        "created", "license", "copyright", "author", "version", "model", "type", "kind", "level", "difficulty", "hash",
        "md5", "meta", "metadata", "kto_tag", "dump", "data_source", "task_source", "annotation_type", "template_type",
        "rejected_response", "role", "repo_name",
    }
)  # fmt: skip
ENDS = ("_id", "_idx", "_ids", "_url", "_path", "_name", "_date", "_hash")
CAMEL_ENDS = ("Id", "ID", "Key", "Ukey", "Url", "URL", "Path", "Name", "Date", "Type", "Hash")
CONTEXT = "context"
# Mostly where a record comes from; beside these what is translated, summed up or answered.
SOURCE, OF_SOURCE = "source", ("target", "targets", "target_text", "tgt")


@dataclass(frozen=True, slots=True)
class Flat:
    """The record's own names; `asked` is empty where the question is found by the names of ms-swift, or there is none.
    `answer` is empty where there is none.
    """

    asked: str = ""
    answer: str = ""


def flat_of(columns: Columns, record: Record) -> Flat:
    """Raises Unfit when two columns could be the same, or when the answer would be learned without its question."""
    answer = strong_answer(columns)
    if columns.filled(QUESTIONS):
        return Flat("", answer or _beside_question(columns))
    answer = answer or the_one(columns, _further_answers(columns), "response", "answer")
    asked = the_one(columns, _further_questions(columns), "query", "question") if answer else ""
    if asked in columns.filled(WEAK_ANSWERS):
        _check_apart(record, asked, answer)
    answer = answer or columns.first(WEAK_ANSWERS)
    if answer and not asked and not _is_alone(columns):
        _check_alone(columns, record, answer)
    return Flat(asked, answer)


def asks_otherwise(names: Iterable[str]) -> bool:
    """Whether records with these columns have a question under a name that ms-swift does not know."""
    lower = {name.lower() for name in names}
    return lower.isdisjoint((*LISTS, *QUESTIONS)) and not lower.isdisjoint(FURTHER_QUESTIONS)


def unknown_texts(columns: Columns, record: Record) -> list[str]:
    """The columns of texts that have no meaning by their names."""
    known = {*LISTS, *SYSTEMS, *QUESTIONS, *ANSWERS, *WEAK_ANSWERS, CONTEXT}
    found = [columns.names[name] for name in _texts(columns, record) if name not in known]
    return [name for name in found if isinstance(record[name], str) and not record[name].isdecimal()]


def is_beside(name: str) -> bool:
    """Whether a column of this name tells of the record, and not what is in it."""
    return name.lower() in NO_TEXTS or name.lower().endswith(ENDS) or name.endswith(CAMEL_ENDS)


def as_columns(*names: str) -> str:
    """What is sent as columns when the first of them is the question, and the second one the answer."""
    meant = zip(names, ("query", "response"), strict=True)
    return json.dumps({old: new for old, new in meant if old != new}, ensure_ascii=False)


def _beside_question(columns: Columns) -> str:
    """Where ms-swift's names have no sure answer."""
    further = _further_answers(columns)
    return the_one(columns, (*further, *WEAK_ANSWERS), "response", "answer") if columns.filled(further) else ""


def _further_questions(columns: Columns) -> tuple[str, ...]:
    source = (SOURCE,) if columns.filled(OF_SOURCE) else ()
    return (*source, *FURTHER_QUESTIONS, *WEAK_ANSWERS)


def _further_answers(columns: Columns) -> tuple[str, ...]:
    """A is one beside Q alone: beside B it is one of several to choose from."""
    return tuple(name for name in FURTHER_ANSWERS if name != "a" or ("q" in columns and "b" not in columns))


def _is_alone(columns: Columns) -> bool:
    """Whether somebody has said that this is the answer, or the question is known and empty here."""
    said = columns.has_said and "response" in columns
    return said or bool(columns.own(QUESTIONS) or columns.first_null(QUESTIONS) or "history" in columns)


def _check_alone(columns: Columns, record: Record, answer: str) -> None:
    others = [columns.names[name] for name in _texts(columns, record) if columns.names[name] != answer]
    is_weak = answer in columns.own((*WEAK_ANSWERS, "completion"))
    if not others and not is_weak:
        others = list(columns.filled((SOURCE,)))
    if not others and not is_weak and _has_more(columns, record):
        raise Unfit(
            f"no column is a question by its name, so {answer} would be learned without one: it belongs into a column "
            "query or prompt"
        )
    if not others:
        return
    if is_weak:
        ordered = [name for name in record if name in {answer, others[0]}]
        raise Unfit(
            f"no column is a question by its name, so {answer} would be learned without one; say which one is what by "
            f"extra_args.columns {as_columns(*ordered)}, or the other way round; to learn {answer} alone, "
            f'send extra_args.columns {{"{answer}": "response"}}'
        )
    raise Unfit(
        f"no column is a question by its name, so {answer} would be learned without one; if column "
        f"{' or '.join(others[:3])} has it, send extra_args.columns {as_columns(others[0], answer)}"
    )


def _check_apart(record: Record, asked: str, answer: str) -> None:
    """A text that ends with the answer is a copy of the whole."""
    whole, end = record[asked], record[answer]
    if isinstance(whole, str) and isinstance(end, str) and end.strip() and whole.rstrip().endswith(end.strip()):
        raise Unfit(
            f"column {asked} ends with column {answer}, so it has question and answer in one; to learn all of it, send "
            f'extra_args.columns {{"{asked}": "response"}}'
        )


def _has_more(columns: Columns, record: Record) -> bool:
    """Whether there are lists or objects that could be what is asked about."""
    return any(isinstance(record[own], (list, dict)) and record[own] for _, own in _meaning(columns, ANSWERS))


def _texts(columns: Columns, record: Record) -> list[str]:
    """Names, in lower case, of the columns that hold a text or a conversation."""
    return [name for name, own in _meaning(columns) if isinstance(record[own], str) or _is_conversation(record[own])]


def _meaning(columns: Columns, besides: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """The columns that may be a question or an answer, by their names."""
    nothing = {*columns.blank, *BESIDE, *SYSTEMS, *besides}
    return ((name, own) for name, own in columns.names.items() if name not in nothing and not is_beside(own))


def _is_conversation(value: object) -> bool:
    return isinstance(value, list) and is_messages(value) and not {"role", "from"}.isdisjoint(value[0])
