"""The end of a log, for a message: the last lines, and the one that names the error."""

import re
from collections.abc import Sequence
from pathlib import Path

from workers.attempts.log_tail import read_at, size_of

END_MAX_BYTES = 64 * 1024
LINE_MAX_CHARACTERS = 500
# The last line of a traceback, or argparse's.
ERROR = re.compile(r"([\w.]*(Error|Exception|Interrupt|Exit|Refused)\b(:|$).*)|(\S+\.py: error: .*)")
OUT_OF_MEMORY = re.compile(
    r"(CUDA|HIP|NPU|XPU) out of memory|OutOfMemoryError|CUDA error: out of memory|CUBLAS_STATUS_ALLOC_FAILED"
    r"|can't allocate memory|^MemoryError\b|Cannot allocate memory"
)


def last_lines(path: Path, count: int) -> list[str]:
    """The last lines with text, each as a terminal would show it: progress bars overwrite themselves."""
    chunk = read_at(path, max(0, (size_of(path) or 0) - END_MAX_BYTES), END_MAX_BYTES)
    lines = [_shown(line) for line in chunk.decode("utf-8", "replace").split("\n")]
    return [line for line in lines if line][-count:]


def error_line(lines: Sequence[str]) -> str:
    """The line that says why a Python program ended: the last that looks like an exception, else the last."""
    found = [line for line in lines if ERROR.match(line)]
    return (found or list(lines) or [""])[-1]


def says_out_of_memory(lines: Sequence[str]) -> bool:
    """Whether the log blames memory, the GPU's or the host's."""
    return any(OUT_OF_MEMORY.search(line) for line in lines)


def _shown(line: str) -> str:
    return line.rstrip().rpartition("\r")[2].strip()[:LINE_MAX_CHARACTERS]
