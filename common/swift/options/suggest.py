"""Suggests the nearest known name to one that is not known (did you mean)."""

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 64


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean lora_rank?`, or nothing when no known name is near."""
    found = nearest(name, known)
    return f"; did you mean {found}?" if found else ""


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is most like `name`; empty when none is."""
    if len(name) > LONGEST:  # the comparison takes the square of the length
        return ""
    return next(iter(get_close_matches(name, list(known), n=1, cutoff=0.6)), "")
