"""Keeps the ranks' logs within bounds while the ranks write on: a hole is cut behind the head, the newest part stays.

Offsets stay true and the ranks keep their files. Behind the end a little room is taken in advance, so that a disk that
fills up does not end a rank by an error of its own log.
"""

import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

from workers.runner import kernel

BLOCK_BYTES = 4096
AHEAD_BYTES = 1024 * 1024
LOOK_SECONDS = 1.0


class LogSpace:
    """The logs of a phase. `max_bytes` is the most that each may have on disk, 0 for no bound.

    None of it raises: a log is not worth the training. A disk without holes is told of once, in runner.log.
    """

    def __init__(self, paths: Sequence[str], max_bytes: int) -> None:
        self._ends_of_room = dict.fromkeys(paths, 0)
        self._max_bytes = max_bytes
        self._look_at = 0.0

    def look(self) -> None:
        """Cut what is too long and take room ahead; cheap enough to ask all the time."""
        if time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + LOOK_SECONDS
        for path in self._ends_of_room:
            with suppress(OSError):  # removed by somebody, or on a disk that fails
                self._look_at_one(path)

    def give_back(self) -> None:
        """Nobody writes any more: the room that was not used goes back."""
        for path in self._ends_of_room:
            with suppress(OSError):
                os.truncate(path, os.stat(path).st_size)  # noqa: PTH116 - paths are texts here

    def _look_at_one(self, path: str) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            size = os.fstat(descriptor).st_size
            if size + AHEAD_BYTES // 2 >= self._ends_of_room[path]:
                kernel.allocate_behind(descriptor, size, AHEAD_BYTES)
                self._ends_of_room[path] = size + AHEAD_BYTES
            if 0 < self._max_bytes < size:
                self._cut(descriptor, size)
        finally:
            os.close(descriptor)

    def _cut(self, descriptor: int, size: int) -> None:
        try:
            cut(descriptor, size, self._max_bytes)
        except OSError as exc:
            self._max_bytes = 0
            with suppress(OSError):
                text = f"logs cannot be kept within LOG_FILE_MAX_BYTES on this file system: {exc.strerror}"
                print(text, file=sys.stderr, flush=True)


def cut(descriptor: int, size: int, max_bytes: int) -> None:
    """A quarter of the bound is kept of the beginning and half of it of the end: it may grow by the rest again.

    The last words of the beginning say what was done. Raises OSError.
    """
    start, stop = _rounded(max_bytes // 4), _rounded(max(0, size - max_bytes // 2 - BLOCK_BYTES))
    if stop <= start or _bytes_on_disk(descriptor, size) <= max_bytes:
        return
    kernel.punch_hole(descriptor, start, stop - start)
    notice = f"\n[... {stop - start} bytes were cut here, by LOG_FILE_MAX_BYTES={max_bytes} ...]\n".encode()
    os.pwrite(descriptor, notice, start - len(notice))


def _bytes_on_disk(descriptor: int, size: int) -> int:
    """Of its content: without holes, and without the room behind its end."""
    total = position = 0
    while position < size:
        try:
            data = os.lseek(descriptor, position, os.SEEK_DATA)
        except OSError:  # nothing but a hole up to the end
            break
        position = min(size, os.lseek(descriptor, data, os.SEEK_HOLE))
        total += max(0, position - data)
    return total


def _rounded(count: int) -> int:
    return (count + BLOCK_BYTES - 1) // BLOCK_BYTES * BLOCK_BYTES
