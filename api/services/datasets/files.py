"""Files of data sets: where uploads and finished data sets lie below DATA_DIR, and who may touch them at a time.

The record in Redis says what is there; a file is moved or removed only under the lock, together with its record.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from common.datasets import Dataset, content_path, part_path
from common.errors import StorageFull, UploadConflict
from common.settings import Settings


def received_bytes(settings: Settings, dataset: Dataset) -> int:
    """How much of an upload is there."""
    try:
        return part_path(settings.data_dir, dataset).stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def opened_part(settings: Settings, dataset: Dataset) -> Iterator[BinaryIO]:
    """The upload's file, for this request alone, at its end. Raises UploadConflict while another request has it."""
    path = part_path(settings.data_dir, dataset)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise UploadConflict("another request writes this upload just now", dataset=dataset.id) from exc
        file.seek(0, os.SEEK_END)
        yield file


@contextmanager
def contents_locked(settings: Settings) -> Iterator[None]:
    """Nobody else moves or removes content meanwhile, in any process that shares this folder."""
    folder = content_path(settings.data_dir, "")
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (folder / ".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def move_into_place(settings: Settings, dataset: Dataset, file: BinaryIO) -> None:
    """The upload becomes content, whole; readable for the workers of other users, writable for nobody."""
    target = content_path(settings.data_dir, dataset.file_name)
    os.fchmod(file.fileno(), 0o444)
    part_path(settings.data_dir, dataset).replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def refuse_full_disk(settings: Settings, more_bytes: int) -> None:
    """Raises StorageFull when `more_bytes` would leave less than DATASET_MIN_FREE_BYTES."""
    folder = content_path(settings.data_dir, "")
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free - more_bytes < settings.dataset_min_free_bytes:
        raise StorageFull(
            f"the service has {free:,} bytes of disk left, of which {settings.dataset_min_free_bytes:,} have to stay "
            "free; delete data sets that nobody needs",
            free_bytes=free,
        )
