"""A record that cannot be learned from as it is, and how a value is shown in the sentence that says so."""

from collections.abc import Iterable

SHOWN_CHARACTERS = 60


class Unfit(ValueError):
    """The sentence on what is wrong with one record, and on the way out where there is one.

    `cause` is the kind of it, for programs (docs/training.md).
    """

    cause = "wrong_shape"


class Null(Unfit):
    """Its text is null."""

    cause = "null_content"


class Empty(Unfit):
    """Its text has no words."""

    cause = "empty"


class Same(Unfit):
    """Its two answers are one."""

    cause = "same_answers"


class BadCall(Unfit):
    """It calls a tool in a way that cannot be read."""

    cause = "unreadable_tools"


def shown(value: object) -> str:
    """A value of somebody's data, cut to what fits in a sentence."""
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


def listed(names: Iterable[str]) -> str:
    """Columns, one after another."""
    return ", ".join(names)
