"""Resumable uploads: receiving a data set, in one request or many, each going on where the one before was cut off."""

import errno
import os
import threading
from contextlib import ExitStack
from dataclasses import replace
from typing import BinaryIO

import structlog

from api.services import Services
from api.services.datasets.files import (
    contents_locked,
    move_into_place,
    opened_part,
    refuse_full_disk,
)
from api.services.datasets.running_hashes import hash_file
from common.datasets import Dataset, DatasetState, content_path, part_path
from common.errors import DatasetNotFound, DatasetTooLarge, InvalidInput, StorageFull, UploadConflict
from common.field_problem import INVALID, FieldProblem
from common.swift.inputs.data import look_at, problems_of
from common.swift.inputs.records.judging import Judges
from common.swift.inputs.sets.seen import ANY_ROW
from common.upkeep.abandoned_uploads import discard_upload

log = structlog.get_logger()

_DISK_CHECK_BYTES = 64 * 1024 * 1024
WHOLE_MAX_BYTES = 32 * 1024 * 1024


class Upload:
    """One part of a data set while it comes: the only one that may write it. A sink for the body of its request.

    What arrived before a cut stays.
    """

    def __init__(self, services: Services, dataset: Dataset, *, offset: int | None, length: int | None) -> None:
        """Begin at `offset`, or in place of all that is there (None).

        Raises UploadConflict (whose upload_offset says where to go on), DatasetTooLarge and StorageFull.
        """
        if dataset.state is not DatasetState.UPLOADING:
            raise UploadConflict("this upload is finished", dataset=dataset.id, upload_offset=dataset.bytes)
        self._services = services
        self._dataset = dataset
        self._lock = threading.Lock()
        self._closing = ExitStack()
        with ExitStack() as opening:
            self._file = opening.enter_context(opened_part(services.settings, dataset))
            self._begin_at(offset)
            _refuse_before_reading(services, dataset, self._file.tell(), length)
            self._running = services.running_hashes.take(dataset.id, self._file.tell())
            self._next_check = self._file.tell() + _DISK_CHECK_BYTES
            self._closing = opening.pop_all()
        self._closing.callback(self._keep)

    def take(self, piece: bytes) -> None:
        """Write a piece. Raises DatasetTooLarge and StorageFull."""
        with self._lock:
            most, end = _most(self._services, self._dataset), self._file.tell() + len(piece)
            if end > most:
                discard(self._services, self._dataset)
                raise _too_large(self._services, self._dataset, end)
            _write(self._file, piece)
            if self._running is not None:
                self._running.add(piece)
            if end >= self._next_check:
                refuse_full_disk(self._services.settings, 0)
                self._next_check = end + _DISK_CHECK_BYTES

    def finish(self, *, complete: bool) -> Dataset:
        """What there is now: ready when it is `complete`, or when all that was announced is there.

        Raises InvalidInput for a finished upload that is not what was announced, or that cannot be trained on.
        """
        with self._lock:
            self._keep()
            if complete or self._file.tell() == self._dataset.declared_bytes:
                return _finish(self._services, self._dataset, self._file)
            return replace(self._dataset, bytes=self._file.tell())

    def close(self) -> None:
        """Let others write it; more than once is fine."""
        with self._lock:
            self._closing.close()

    def _begin_at(self, offset: int | None) -> None:
        if offset is None:
            self._file.truncate(0)
            self._file.seek(0)
        elif offset != self._file.tell():
            text = f"the upload is at byte {self._file.tell()}, not {offset}: go on from there"
            raise UploadConflict(text, dataset=self._dataset.id, upload_offset=self._file.tell())

    def _keep(self) -> None:
        self._file.flush()
        if self._running is not None and self._running.size == self._file.tell():
            self._services.running_hashes.put(self._dataset.id, self._running)
            self._running = None


def discard(services: Services, dataset: Dataset) -> None:
    """Forget an upload that is not finished, and what there is of it."""
    discard_upload(services.store, services.settings, dataset)
    services.running_hashes.take(dataset.id, -1)


def _refuse_before_reading(services: Services, dataset: Dataset, offset: int, length: int | None) -> None:
    expected = offset + (length or 0)
    if expected > _most(services, dataset):
        raise _too_large(services, dataset, expected)
    refuse_full_disk(services.settings, length or 0)


def _write(file: BinaryIO, piece: bytes) -> None:
    try:
        file.write(piece)
    except OSError as exc:
        if exc.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFull("the disk of the service is full; delete data sets that nobody needs") from exc
        raise


def _most(services: Services, dataset: Dataset) -> int:
    limit = services.settings.dataset_max_bytes
    return limit if dataset.declared_bytes is None else min(limit, dataset.declared_bytes)


def _too_large(services: Services, dataset: Dataset, seen: int) -> DatasetTooLarge:
    limit = services.settings.dataset_max_bytes
    if seen > limit:
        return DatasetTooLarge(f"a data set may have {limit:,} bytes (DATASET_MAX_BYTES)", limit_bytes=limit)
    text = f"more was sent than the {dataset.declared_bytes:,} bytes that were announced"
    return DatasetTooLarge(text, limit_bytes=dataset.declared_bytes)


def _finish(services: Services, dataset: Dataset, file: BinaryIO) -> Dataset:
    total = file.tell()
    if dataset.declared_bytes is not None and total < dataset.declared_bytes:
        text = f"only {total:,} of the {dataset.declared_bytes:,} bytes that were announced are there; send the rest"
        raise _invalid("size", text)
    os.fsync(file.fileno())
    path = part_path(services.settings.data_dir, dataset)
    running = services.running_hashes.take(dataset.id, total) if total else None
    found = running or hash_file(path)
    done = replace(
        dataset,
        state=DatasetState.READY,
        bytes=total,
        sha256=found.sha256,
        rows=found.all_rows if dataset.format == "jsonl" else None,
    )
    _refuse_wrong_content(services, done)
    with contents_locked(services.settings):
        move_into_place(services.settings, done, file)
        if not services.store.datasets.finish(done):
            _remove_unless_used(services, done)
            raise DatasetNotFound("this upload was deleted meanwhile", dataset=dataset.id)
    log.info("dataset_finished", dataset=done.id, name=done.name, bytes=total, sha256=done.sha256)
    return services.store.datasets.get(done.id)


def _refuse_wrong_content(services: Services, done: Dataset) -> None:
    path = part_path(services.settings.data_dir, done)
    if done.declared_sha256 and done.declared_sha256 != done.sha256:
        discard(services, done)
        raise _invalid("sha256", f"what arrived has the SHA-256 {done.sha256}; it was thrown away, send it again")
    # As much as a request's thread has time for; the rest is read when a job names it, which says how many of the rows
    # have to be of use.
    verdict = look_at(path, Judges(), WHOLE_MAX_BYTES)
    problems = problems_of(verdict.called(done.name) if verdict else None, "content", ANY_ROW)
    if problems:
        discard(services, done)
        raise _invalid("content", f"{problems[0].message}; the upload was thrown away")


def _remove_unless_used(services: Services, done: Dataset) -> None:
    if services.store.datasets.with_content(done.file_name) is None:
        content_path(services.settings.data_dir, done.file_name).unlink(missing_ok=True)


def _invalid(field: str, message: str) -> InvalidInput:
    return InvalidInput(FieldProblem(field, INVALID, message))
