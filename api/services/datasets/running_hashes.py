"""The hashes of uploads that go on, between one request of an upload and the next, in this process."""

import hashlib
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PIECE_BYTES = 1024 * 1024
_KEPT_MAX = 100


@dataclass(slots=True)
class RunningHash:
    """What was found in the bytes so far: how many, their SHA-256, and how many lines have more than blanks."""

    size: int = 0
    rows: int = 0
    _sha256: Any = field(default_factory=hashlib.sha256)
    _in_row: bool = False

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        self._sha256.update(piece)
        *whole, rest = piece.split(b"\n")
        for line in whole:
            self.rows += self._in_row or bool(line.strip())
            self._in_row = False
        self._in_row = self._in_row or bool(rest.strip())

    @property
    def sha256(self) -> str:
        return str(self._sha256.hexdigest())

    @property
    def all_rows(self) -> int:
        """The rows, one without a line end included."""
        return self.rows + self._in_row


class RunningHashes:
    """By upload. One that is not here, or not at the right byte, is made by reading the file again, once, at the end:

    an upload in many requests, to several processes, still costs one reading more at most.
    """

    def __init__(self) -> None:
        self._kept: dict[str, RunningHash] = {}
        self._lock = threading.Lock()

    def take(self, upload_id: str, offset: int) -> RunningHash | None:
        """The hash of the first `offset` bytes; the taker alone has it until it is put back."""
        with self._lock:
            found = self._kept.pop(upload_id, None)
        if offset == 0:
            return RunningHash()
        return found if found and found.size == offset else None

    def put(self, upload_id: str, running: RunningHash) -> None:
        with self._lock:
            while len(self._kept) >= _KEPT_MAX:
                self._kept.pop(next(iter(self._kept)))
            self._kept[upload_id] = running


def hash_file(path: Path) -> RunningHash:
    """The hash of a whole file, read piece by piece."""
    running = RunningHash()
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            running.add(piece)
    return running
