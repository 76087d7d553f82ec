"""The log file of one child process: appended to by the child itself, bounded here."""

import os
import shutil
from pathlib import Path
from typing import IO

MAX_BYTES = 32 * 1024 * 1024
TAIL_BYTES = 4096
LINES_SHOWN = 8


def open_log(path: Path) -> IO[bytes]:
    """Open for a child to append to."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path.open("ab")


def bound(path: Path, max_bytes: int = MAX_BYTES) -> None:
    """Move a log that grew too large to `<name>.1` and empty it; the child goes on writing at its new end."""
    if path.exists() and path.stat().st_size > max_bytes:
        shutil.copyfile(path, path.with_name(f"{path.name}.1"))
        os.truncate(path, 0)


def last_words(path: Path) -> str:
    """The last lines, indented: what a process said before it ended."""
    if not path.exists():
        return "  (nothing)"
    with path.open("rb") as log:
        log.seek(max(0, path.stat().st_size - TAIL_BYTES))
        lines = log.read().decode(errors="replace").splitlines()
    return "\n".join(f"  {line}" for line in lines[-LINES_SHOWN:]) or "  (nothing)"
