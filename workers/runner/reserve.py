"""A reserve of disk space: room that is taken before it is needed, so that what has to be written at the end can be on
a full disk.
"""

import errno
import os
from contextlib import suppress
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def is_full(error: OSError) -> bool:
    """Whether the error says that a disk, or what this user may have of it, is full."""
    return error.errno in FULL


def reserve(path: Path, size_bytes: int) -> None:
    """Take the room, in a file of its own; nothing when it is taken already. Raises OSError when there is none."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if os.fstat(descriptor).st_size >= size_bytes:
            return
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, size_bytes)
        else:  # macOS
            os.pwrite(descriptor, bytes(size_bytes), 0)
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise
    finally:
        os.close(descriptor)


def write_into(reserved: Path, content: bytes, target: Path) -> None:
    """Put the content at `target` by rename, through the room that was taken. Raises OSError when that is too small.

    It is written over before the file is cut to its length: the other way round would give the room away first.
    """
    descriptor = os.open(reserved, os.O_RDWR | os.O_CLOEXEC)
    try:
        written = 0
        while written < len(content):
            written += os.pwrite(descriptor, content[written:], written)
        os.ftruncate(descriptor, len(content))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    reserved.replace(target)
