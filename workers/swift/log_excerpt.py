"""The end of a log, for a message: the last lines, and the one that names the error."""

import re
from collections.abc import Sequence
from pathlib import Path

from workers.attempts.log_tail import read_at, size_of

END_MAX_BYTES = 64 * 1024
LINE_MAX_CHARACTERS = 500
# The last line of a traceback, or argparse's.
ERROR = re.compile(r"([\w.]*(Error|Exception|Interrupt|Exit|Refused)\b(:|$).*)|(\S+\.py: error: .*)")


def last_lines(path: Path, count: int) -> list[str]:
    """The last lines with text, each as a terminal would show it: progress bars overwrite themselves."""
    lines = [line.strip() for line in end_of(path)]
    return [line for line in lines if line][-count:]


def end_of(path: Path) -> list[str]:
    """The lines of its end with their indentation, by which a traceback is read, and with the empty ones."""
    chunk = read_at(path, max(0, (size_of(path) or 0) - END_MAX_BYTES), END_MAX_BYTES)
    return [_shown(line) for line in chunk.decode("utf-8", "replace").split("\n")]


def error_line(lines: Sequence[str]) -> str:
    """The line that says why a Python program ended: the last that looks like an exception, else the last."""
    shown = [line.strip() for line in lines if line.strip()]
    found = [line for line in shown if ERROR.match(line)]
    return (found or shown or [""])[-1]


def _shown(line: str) -> str:
    return line.rstrip().rpartition("\r")[2][:LINE_MAX_CHARACTERS]
