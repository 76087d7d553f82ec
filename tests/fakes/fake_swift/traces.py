"""What a run leaves beside its model: a test sees how often each phase ran, and whether two ran at once."""

import fcntl
import json
import os
import time
from pathlib import Path
from typing import IO

FILE = "traces.jsonl"
LOCK = "alive.lock"


def begin(model: Path, command: str, resumed_from: int = 0) -> IO[str]:
    """Trace a start. The file that is returned is locked: whoever finds it so traces that a second one runs."""
    lock = (model / LOCK).open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _append(model, what="twice", command=command)
    _append(model, what="start", command=command, resumed_from=resumed_from)
    return lock


def end(model: Path, command: str, code: int) -> None:
    """Trace an end that came by itself."""
    _append(model, what="end", command=command, code=code)


def _append(model: Path, **facts: object) -> None:
    marker = os.environ.get("SWIFT_TRAINER_ATTEMPT", "")
    line = json.dumps({**facts, "pid": os.getpid(), "attempt": marker, "at": time.time()}) + "\n"
    with (model / FILE).open("a") as file:
        file.write(line)
