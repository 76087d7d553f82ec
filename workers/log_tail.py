"""What a file has gained since the last look; cheap enough to ask every second."""

import os
from pathlib import Path

READ_MAX_BYTES = 256 * 1024


def read_new(path: Path, offset: int, max_bytes: int = READ_MAX_BYTES) -> tuple[bytes, int]:
    """At most `max_bytes` from `offset` on, and the offset for the next call.

    Empty at the end and while the file is not there. A file that is shorter than the offset was replaced and is read
    from its beginning.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return b"", offset
    try:
        size = os.fstat(descriptor).st_size
        start = offset if offset <= size else 0
        chunk = os.pread(descriptor, min(max_bytes, size - start), start)
    finally:
        os.close(descriptor)
    return chunk, start + len(chunk)
