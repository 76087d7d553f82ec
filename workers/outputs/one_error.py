"""One error in every row: that is of an option, the model or the template, and no row can be mended for it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from common.job_specs import JobSpec
from common.rows import UnusedRows

# The cause of what ms-swift raised and nobody knows (common/swift/programs/training/causes.py).
UNKNOWN_CAUSE = "wrong_shape"
SHORTEST_WORD = 3
SURE_FROM = 2


def one_error(unused: Sequence[UnusedRows]) -> str:
    """What was raised in each of the rows, of which not one is used; empty where they differ, or are at fault.

    What is wrong with a row says this service in a sentence of its own; an exception begins with the name of its class.
    """
    if len(unused) != 1 or unused[0].cause != UNKNOWN_CAUSE:
        return ""
    found = {row.why for row in unused[0].first}
    why = found.pop() if len(found) == 1 and len(unused[0].first) >= SURE_FROM else ""
    return why if _is_exception(why) else ""


def option_meant(spec: JobSpec, error: str) -> str:
    """The field of the option that the error speaks of; empty when none is found."""
    name = next((name for name, value in spec.extra_args.items() if _is_spoken_of(name, value, error)), "")
    return f"extra_args.{name}" if name else ""


def _is_exception(why: str) -> bool:
    name = why.partition(":")[0]
    return name.isidentifier() and name[0].isupper() and (name.endswith(("Error", "Exception")) or name == why)


def _is_spoken_of(name: str, value: Any, error: str) -> bool:
    return name in error or any(len(word) >= SHORTEST_WORD and word in error for word in _words(value))


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (word for item in value.items() for part in item for word in _words(part))
    elif isinstance(value, list | tuple):
        yield from (word for item in value for word in _words(item))
    elif isinstance(value, str):
        yield from value.split("+")
