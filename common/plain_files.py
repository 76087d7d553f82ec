"""Opens plain (regular) files that a training's processes may have written: a FIFO, or a device, in a file's place
holds up nobody.
"""

import errno
import os
import stat
from pathlib import Path


def open_plain(path: Path, flags: int = os.O_RDONLY) -> int:
    """A descriptor of a regular file. Raises OSError, also where something else is in its place."""
    # Without O_NONBLOCK a FIFO would keep the caller until somebody opens its other end.
    descriptor = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC, 0o640)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, "it is not a regular file", str(path))


def read_plain(path: Path) -> bytes:
    """All of a regular file. Raises OSError."""
    with os.fdopen(open_plain(path), "rb") as file:
        return file.read()
