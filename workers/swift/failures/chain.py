"""A chain of exceptions: what ended a process, and what that came of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

SAID_MAX_CHARACTERS = 300
# Where the node keeps its packages, and Python its library: nobody's but the node's.
_PLACE = re.compile(r"/[^\s'\"()]*?/(?:(?:site|dist)-packages|lib/python3\.\d+(?!/(?:site|dist)-packages))/")


@dataclass(frozen=True, slots=True)
class Raised:
    """One exception. `kind` is its type with its module, but for Python's own; `frames` are (file, line, function), the
    innermost last. `told` is what those frames were reading: a file, a data set.
    """

    kind: str
    message: str = ""
    frames: tuple[tuple[str, int, str], ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its type without the module."""
        return self.kind.rpartition(".")[2]

    @property
    def said(self) -> str:
        """It as the last line of a traceback has it, cut where nobody would read on."""
        first_line = next((line.strip() for line in self.message.split("\n") if line.strip()), "")
        text = without_place(f"{self.kind}: {first_line}" if first_line else self.kind)
        return text if len(text) <= SAID_MAX_CHARACTERS else f"{text[: SAID_MAX_CHARACTERS - 1]}…"


def without_place(text: str) -> str:
    """`swift/tuners/x.py` for the file of that package, wherever the node has it."""
    return _PLACE.sub("", text)


# The one that ended the process first, its root last.
Chain = tuple[Raised, ...]
