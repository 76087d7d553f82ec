"""Uploads of data sets that were begun and never finished: which nothing was added to for long, and forgetting them."""

import time
from collections.abc import Iterable

from common.datasets import Dataset, part_path
from common.settings import Settings
from common.store import Store


def abandoned(settings: Settings, uploads: Iterable[Dataset]) -> list[Dataset]:
    """Those that nothing was added to for DATASET_UPLOAD_HOURS; none where that is 0."""
    if settings.dataset_upload_hours == 0:
        return []
    oldest = time.time() - settings.dataset_upload_hours * 3600
    return [upload for upload in uploads if touched_at(settings, upload) < oldest]


def touched_at(settings: Settings, upload: Dataset) -> float:
    """When something was added to it last; for one that nothing came of yet, when it was announced."""
    try:
        return part_path(settings.data_dir, upload).stat().st_mtime
    except FileNotFoundError:
        return upload.created_at.timestamp()


def discard_upload(store: Store, settings: Settings, upload: Dataset) -> None:
    """Forget an upload that is not finished, and what there is of it."""
    store.datasets.delete(upload)
    part_path(settings.data_dir, upload).unlink(missing_ok=True)
