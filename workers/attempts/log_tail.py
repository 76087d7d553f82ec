"""The tail of a log: a growing file, piece by piece; cheap enough to ask every second. What cannot be read now is
nothing now.
"""

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from common.plain_files import open_plain

READ_MAX_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Position:
    """How far a file was read, counted over all that it ever held: `file_at` is where the present one begins.

    A file that got shorter begins anew: what is read of it comes behind all that was read before (decision 0028).
    """

    end: int = 0
    file_at: int = 0

    @property
    def offset(self) -> int:
        """Where to read on in the file as it is."""
        return self.end - self.file_at

    def in_file_of(self, size: int) -> "Position":
        """The same, or the start of the file when that is shorter than what was read of it."""
        return self if size >= self.offset else Position(self.end, self.end)


def size_of(path: Path) -> int | None:
    """How many bytes the file has; None while it is not there, is no regular file, or its disk does not answer."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def read_at(path: Path, offset: int, max_bytes: int = READ_MAX_BYTES) -> bytes:
    """At most `max_bytes` from `offset` on; empty at the end, while there is no regular file and while it fails."""
    try:
        descriptor = open_plain(path)
    except OSError:
        return b""
    try:
        return os.pread(descriptor, max_bytes, offset)
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def read_behind_hole(path: Path, offset: int, max_bytes: int) -> tuple[int, bytes]:
    """How many bytes from `offset` on are a hole, which a runner cut, and at most `max_bytes` behind it.

    Never across the next hole: what was cut reads as NUL. Empty in the cases of `read_at`.
    """
    try:
        descriptor = open_plain(path)
    except OSError:
        return 0, b""
    try:
        start = os.lseek(descriptor, offset, os.SEEK_DATA)
        stop = os.lseek(descriptor, start, os.SEEK_HOLE)
        return start - offset, os.pread(descriptor, min(max_bytes, stop - start), start)
    except OSError as exc:
        only_a_hole = exc.errno == errno.ENXIO
        return max(0, os.fstat(descriptor).st_size - offset) if only_a_hole else 0, b""
    finally:
        os.close(descriptor)
