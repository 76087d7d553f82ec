"""One stack per data folder: a lock that the kernel frees when its holder ends, with a note who holds it."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from client.stack.errors import StackError

LOCK_NAME = "stack.json"


@contextmanager
def locked(data_dir: Path) -> Iterator[IO[str]]:
    """Hold the folder, or raise StackError that names the stack running on it. Yields the file for `write_holder`."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (data_dir / LOCK_NAME).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError(_taken(data_dir, lock)) from None
        write_holder(lock, "")
        yield lock


def write_holder(lock: IO[str], url: str) -> None:
    """Note who holds the folder, for the message that a second stack prints."""
    lock.seek(0)
    lock.truncate()
    json.dump({"pid": os.getpid(), "url": url}, lock)
    lock.flush()


def _taken(data_dir: Path, lock: IO[str]) -> str:
    holder = {}
    lock.seek(0)
    with suppress(ValueError):
        holder = json.load(lock)
    at = f" at {holder['url']}" if holder.get("url") else ""
    return (
        f"a stack runs on {data_dir} already{at} (pid {holder.get('pid', 'unknown')}); "
        "stop it with Ctrl-C there, or name another folder with --data-dir"
    )
