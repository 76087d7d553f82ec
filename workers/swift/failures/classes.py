"""A class of failures: how it is recognised, and what a user is told of it."""

import re
from dataclasses import dataclass

from common.reasons import Reason
from workers.swift.failures.chain import Raised

# `datasets` reads so much of a file of JSON lines at once, and counts rows from there.
ONE_LOOK_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FailureClass:
    """An exception is of it when what is said of `kind`, `message` and `frame` fits, and each of `values` is known.

    `says` is the cause and the way out, with {} for each of `values`: named groups of `message`, or what the
    exception's frames were reading. `frame` looks at '<file> <function>' of each frame.
    """

    reason: Reason
    says: str
    values: tuple[str, ...] = ()
    kind: re.Pattern[str] | None = None
    message: re.Pattern[str] | None = None
    frame: re.Pattern[str] | None = None

    def meaning(self, raised: Raised) -> str | None:
        """What it means to a user; None when it is of another class."""
        if self.kind and not self.kind.search(raised.kind):
            return None
        if self.frame and not any(self.frame.search(f"{file} {function}") for file, _, function in raised.frames):
            return None
        found = self.message.search(raised.message) if self.message else None
        if self.message and not found:
            return None
        known = _known(raised, found.groupdict() if found else {})
        if not all(known.get(name) for name in self.values):
            return None
        return self.says.format(*(known[name] for name in self.values))


def _known(raised: Raised, groups: dict[str, str | None]) -> dict[str, str]:
    known = {**raised.told, "said": raised.said}
    known |= {name: " ".join(value.split()) for name, value in groups.items() if value}
    if "index" in known and int(raised.told.get("file_bytes", ONE_LOOK_BYTES)) < ONE_LOOK_BYTES:
        known["row"] = str(int(known["index"]) + 1)
    return known
