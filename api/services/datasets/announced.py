"""Data sets: announcing an upload, showing, deleting."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from api.services import Services
from api.services.datasets.files import (
    contents_locked,
    opened_part,
    received_bytes,
    refuse_full_disk,
)
from api.services.datasets.uploads import discard
from common.clock import now
from common.datasets import Dataset, DatasetState, content_path, new_dataset_id
from common.errors import (
    DatasetInUse,
    DatasetNotFound,
    DatasetTooLarge,
    UploadConflict,
)
from common.store.datasets import Removal
from common.upkeep.abandoned_uploads import abandoned

log = structlog.get_logger()

UPLOADS_MAX = 100
_TRIES = 10
_NAMED_MAX = 20


def page_of_datasets(services: Services, page: int, size: int) -> tuple[list[Dataset], int]:
    """The `page`th `size` data sets and unfinished uploads, newest first, and how many there are in all."""
    return services.store.datasets.page(size, (page - 1) * size)


@dataclass(frozen=True, slots=True)
class DatasetView:
    """A data set with what its record does not say."""

    dataset: Dataset
    received_bytes: int
    used_by: list[str]


def announce(services: Services, body: dict[str, Any], actor: str) -> Dataset:
    """Begin an upload; already finished when content of this hash is here. Raises DatasetTooLarge, StorageFull."""
    size, limit = body["size"], services.settings.dataset_max_bytes
    if size is not None and size > limit:
        raise DatasetTooLarge(f"a data set may have {limit:,} bytes (DATASET_MAX_BYTES)", limit_bytes=limit)
    _forget_stale_uploads(services)
    dataset = Dataset(
        id=new_dataset_id(),
        name=body["name"],
        format=body["format"],
        state=DatasetState.UPLOADING,
        created_at=now(),
        created_by=actor,
        declared_bytes=size,
        declared_sha256=body["sha256"] or "",
    )
    if known := _known_content(services, dataset):
        return known
    refuse_full_disk(services.settings, size or 0)
    services.store.datasets.create(dataset)
    log.info("dataset_announced", dataset=dataset.id, name=dataset.name, size=size, actor=actor)
    return dataset


def view(services: Services, dataset: Dataset) -> DatasetView:
    """With who uses it, and how much of an upload is there."""
    if dataset.state is DatasetState.UPLOADING:
        return DatasetView(dataset, received_bytes(services.settings, dataset), [])
    return DatasetView(dataset, dataset.bytes, used_by(services, dataset))


def used_by(services: Services, dataset: Dataset) -> list[str]:
    """The jobs with this content that have not ended; forgets those that have."""
    given = services.store.datasets.jobs_given(dataset.file_name)
    going_on = [job.id for job in services.store.jobs.get_many(given) if not job.is_final]
    services.store.datasets.forget_jobs(dataset.file_name, sorted(set(given) - set(going_on)))
    return going_on


def content_of(services: Services, dataset: Dataset) -> Path:
    """The file. Raises UploadConflict while it is not whole, DatasetNotFound when it is not on this machine."""
    if dataset.state is not DatasetState.READY:
        raise UploadConflict("this upload is not finished", dataset=dataset.id)
    path = content_path(services.settings.data_dir, dataset.file_name)
    if not path.is_file():
        text = f"the content of data set '{dataset.name}' is not on this machine"
        raise DatasetNotFound(text, dataset=dataset.name)
    return path


def delete(services: Services, dataset: Dataset, actor: str) -> None:
    """Forget a data set, and its content when no other has it. Raises DatasetInUse, UploadConflict."""
    if dataset.state is DatasetState.UPLOADING:
        with opened_part(services.settings, dataset):
            discard(services, dataset)
        return
    with contents_locked(services.settings):
        removal = _forget(services, dataset)
        if removal is Removal.GONE:
            content_path(services.settings.data_dir, dataset.file_name).unlink(missing_ok=True)
    if removal is Removal.MISSING:
        raise DatasetNotFound(f"there is no data set '{dataset.id}'", dataset=dataset.id)
    if removal in {Removal.IN_USE, Removal.MOVED_ON}:
        jobs = used_by(services, dataset)[:_NAMED_MAX]
        text = f"data set '{dataset.name}' is used by jobs that have not ended: {', '.join(jobs)}"
        raise DatasetInUse(text, dataset=dataset.name, job_ids=jobs)
    log.info("dataset_deleted", dataset=dataset.id, name=dataset.name, actor=actor)


def _forget(services: Services, dataset: Dataset) -> Removal:
    for _ in range(_TRIES):
        used_by(services, dataset)
        given = services.store.datasets.jobs_given(dataset.file_name)
        removal = services.store.datasets.delete(dataset, given)
        if removal is not Removal.MOVED_ON:
            return removal
    return Removal.MOVED_ON


def _known_content(services: Services, dataset: Dataset) -> Dataset | None:
    """A record on content that is here already: then nothing has to be sent."""
    file_name = f"{dataset.declared_sha256}.{dataset.format}"
    if not dataset.declared_sha256:
        return None
    with contents_locked(services.settings):
        known = services.store.datasets.with_content(file_name)
        if known is None or not content_path(services.settings.data_dir, file_name).is_file():
            return None
        if dataset.declared_bytes not in {None, known.bytes}:
            return None  # the end of the upload will say which of the two is wrong
        if known.name == dataset.name:
            return known
        services.store.datasets.create(dataset)
        done = _with_content_of(known, dataset)
        services.store.datasets.finish(done)
    return services.store.datasets.get(dataset.id)


def _with_content_of(known: Dataset, dataset: Dataset) -> Dataset:
    return Dataset(
        id=dataset.id,
        name=dataset.name,
        format=dataset.format,
        state=DatasetState.READY,
        created_at=dataset.created_at,
        created_by=dataset.created_by,
        bytes=known.bytes,
        sha256=known.sha256,
        rows=known.rows,
    )


def _forget_stale_uploads(services: Services) -> None:
    """Uploads that nothing was added to for long. Raises UploadConflict when too many go on."""
    uploads = services.store.datasets.uploading()
    stale = abandoned(services.settings, uploads)
    for upload in stale:
        discard(services, upload)
        log.info("upload_forgotten", dataset=upload.id, name=upload.name)
    if len(uploads) - len(stale) >= UPLOADS_MAX:
        raise UploadConflict(f"{UPLOADS_MAX} uploads are not finished: finish or delete some")
