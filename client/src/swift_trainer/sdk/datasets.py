"""Data sets: uploading them, however often the connection breaks, and managing them."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from swift_trainer.sdk.credentials import API_PREFIX
from swift_trainer.sdk.errors import ApiError, ConnectionFailed
from swift_trainer.sdk.problem import error_from
from swift_trainer.sdk.shapes import Json
from swift_trainer.sdk.transport import Transport, json_of, path_part

PART_BYTES = 32 * 1024 * 1024
HASH_PIECE_BYTES = 1024 * 1024
LARGEST_PAGE = 100
# Sending one part; the last one also waits for the service to look the whole file over.
PART_TIMEOUT_SECONDS = 300.0
# How often in a row a part may fail before the upload is given up; what is there stays for the next try.
TRIES = 6
TRANSIENT = frozenset({400, 409, 429, 502, 503, 504})

Progress = Callable[[int, int], None]


class Datasets:
    """`SwiftTrainer.datasets`. A data set is named by its id or by its name."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def push(self, path: Path, name: str | None = None, progress: Progress | None = None) -> Json:
        """Upload a file, or find that the service has it. `progress` is told the bytes that are there, and of how many.

        An upload of the same file and name that was cut off goes on where it stopped. Raises Invalid when the service
        cannot train on it, ConnectionFailed or ApiError when it could not be sent.
        """
        size, sha256 = path.stat().st_size, file_sha256(path)
        name = name or path.name
        begun = self._unfinished(name, size) or self._announce(path, name, size, sha256)
        if begun["status"] == "ready":
            return begun
        with path.open("rb") as file:
            return self._send(begun["id"], file, size, progress or _silent)

    def list(self) -> Iterator[Json]:
        """Yield all data sets and unfinished uploads, newest first."""
        page = 0
        while True:
            page += 1
            answer = self._transport.request("GET", "/datasets", query={"page": page, "size": LARGEST_PAGE})
            yield from answer["datasets"]
            if page * LARGEST_PAGE >= answer["total"]:
                return

    def get(self, id_or_name: str) -> Json:
        return cast("Json", self._transport.request("GET", _path(id_or_name)))

    def delete(self, id_or_name: str) -> None:
        """Raises Conflict while a job that has not ended uses it."""
        self._transport.request("DELETE", _path(id_or_name))

    def _announce(self, path: Path, name: str, size: int, sha256: str) -> Json:
        # An empty file is announced without its size, for the service to say what it thinks of it.
        body = {"name": name, "size": size or None, "sha256": sha256, "format": _format(path)}
        return cast("Json", self._transport.request("POST", "/datasets", body=body))

    def _unfinished(self, name: str, size: int) -> Json | None:
        """An upload of this name and size that was cut off. Other content under them is found out by its hash."""
        return next(
            (
                found
                for found in self.list()
                if found["status"] == "uploading" and found["name"] == name and found["size"] == size
            ),
            None,
        )

    def _send(self, dataset_id: str, file: BinaryIO, size: int, progress: Progress) -> Json:
        failures, offset = 0, self._offset(dataset_id)
        while True:
            progress(offset, size)
            file.seek(offset)
            part = file.read(PART_BYTES)
            try:
                done, offset = self._send_part(dataset_id, part, offset, last=offset + len(part) >= size)
            except (ConnectionFailed, ApiError) as exc:
                failures += 1
                if failures >= TRIES or (isinstance(exc, ApiError) and exc.status not in TRANSIENT):
                    raise
                self._pause(exc, failures)
                offset = self._offset(dataset_id)
                continue
            failures = 0
            if done is not None:
                progress(size, size)
                return done

    def _send_part(self, dataset_id: str, part: bytes, offset: int, *, last: bool) -> tuple[Json | None, int]:
        answer = self._transport.send(
            "PATCH",
            f"{API_PREFIX}{_path(dataset_id)}/content",
            content=part,
            headers={
                "Content-Type": "application/octet-stream",
                "Upload-Offset": str(offset),
                "Upload-Complete": "?1" if last else "?0",
            },
            timeout=PART_TIMEOUT_SECONDS,
        )
        if not answer.is_success:
            raise error_from(answer.status_code, answer.headers, answer.content)
        seen = json_of(answer)
        return (seen if seen["status"] == "ready" else None), offset + len(part)

    def _offset(self, dataset_id: str) -> int:
        found = self.get(dataset_id)
        return int(found["upload_offset"])

    def _pause(self, exc: Exception, failures: int) -> None:
        asked = getattr(exc, "retry_after", None)
        self._transport.clock.sleep(max(asked or 0.0, min(30.0, 0.5 * 2.0**failures)))


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, read piece by piece."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(HASH_PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def _format(path: Path) -> str | None:
    suffix = path.suffix.removeprefix(".").lower()
    return suffix or None


def _silent(_sent: int, _size: int) -> None:
    """Tells nobody."""


def _path(id_or_name: str) -> str:
    return f"/datasets/{path_part(id_or_name, 'a data set')}"
