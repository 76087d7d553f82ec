"""The files of a phase folder: their names, and JSON that appears whole or not at all."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from workers.runner.reserve import is_full, write_into

SPEC = "spec.json"
LOCK = "runner.lock"
RUNNER = "runner.json"
STOP = "stop.json"
EXIT = "exit.json"
REMEMBERED = "remembered.json"
RESERVED = "exit.reserved"
RUNNER_LOG = "runner.log"


def write_json(path: Path, document: dict[str, Any], reserved: Path | None = None, *, lasting: bool = True) -> None:
    """Put `document` at `path` by rename, mode 0600 (an environment in it may hold a token).

    Synced to disk, unless it means nothing any more after a power cut. On a full disk it goes into the room that
    `reserved` holds. Raises OSError.
    """
    content = json.dumps(document, ensure_ascii=False, indent=1).encode()
    try:
        _write_anew(path, content, lasting=lasting)
    except OSError as exc:
        if reserved is None or not is_full(exc) or not reserved.exists():
            raise
        write_into(reserved, content, path)
    if lasting:
        _sync_folder(path.parent)


def _write_anew(path: Path, content: bytes, *, lasting: bool) -> None:
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in `path`; None when it is missing, torn or not an object."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def _sync_folder(folder: Path) -> None:
    """Make a rename in `folder` last through a power cut, where the file system knows how to."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
