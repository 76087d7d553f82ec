"""References within a JSON schema: `#`, `#/$defs/Node`, by JSON pointers as RFC 6901 has them in a URI's fragment."""

from collections.abc import Mapping
from typing import Any, TypeGuard
from urllib.parse import unquote


def is_pointer(reference: Any) -> TypeGuard[str]:
    """Anything else is an anchor, or another document."""
    return isinstance(reference, str) and (reference == "#" or reference.startswith("#/"))


def steps_of(reference: str) -> list[str]:
    """The names on the way from the root."""
    steps = unquote(reference[1:]).split("/")[1:]
    return [step.replace("~1", "/").replace("~0", "~") for step in steps]


def pointed_at(reference: str, root: Any) -> Any:
    """What a pointer points at; None where there is nothing."""
    found = root
    for step in steps_of(reference):
        if isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(found, list) and step.isascii() and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    return found
