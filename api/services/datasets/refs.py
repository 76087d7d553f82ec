"""References to data sets, `dataset:<name or id>` in a job: pinned by content at submission, so that later uploads
change no job.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from api.services import Services
from api.services.datasets.files import received_bytes
from common.datasets import Dataset, DatasetState, PinnedDataset, content_path, named_dataset, pinned_dataset
from common.errors import DatasetNotFound, InvalidInput
from common.field_problem import FieldProblem
from common.job_specs import JobSpec
from common.reasons import Reason
from common.settings import Settings
from common.swift.inputs import split_sample
from common.swift.inputs.sets.named import pinned_data, with_data

_SHOWN_MAX = 128


# A field by the name that the client has for it.
Called = Callable[[str], str]


def pin_datasets(services: Services, spec: JobSpec, called: Called = str) -> JobSpec:
    """The spec with its data sets named by content. Raises InvalidInput when there is none, or not all of it."""
    return with_data(spec, lambda field, value: _pinned(services, called(field), value))


def what_to_look_at(services: Services, pinned: JobSpec) -> tuple[JobSpec, Settings]:
    """For a dry run: the spec with its data sets' files, where they are on this machine, and settings that let it open
    these.
    """
    settings = services.settings
    files = [content_path(settings.data_dir, dataset.file_name) for _, dataset in pinned_data(pinned)]
    return with_data(pinned, partial(_found, services)), replace(
        settings, allowed_roots=settings.allowed_roots.opening(files)
    )


def _pinned(services: Services, field: str, value: str) -> str:
    named = named_dataset(value)
    if named is None:
        return value
    pinned = pinned_dataset(value)
    dataset = _named(services, pinned.file_name if pinned else named)
    if dataset is None:
        message = f"there is no data set '{named[:_SHOWN_MAX]}'; upload it first: POST /datasets, or swt data push"
        raise _refused(field, message, Reason.DATA_NOT_FOUND)
    if dataset.state is not DatasetState.READY:
        raise _refused(field, _how_to_finish(services, dataset), Reason.DATA_INVALID)
    return str(pinned or PinnedDataset(dataset.name, dataset.file_name, split_sample(value)[1]))


def _found(services: Services, _field: str, value: str) -> str:
    dataset = pinned_dataset(value)
    if dataset is None:
        return value
    path = content_path(services.settings.data_dir, dataset.file_name)
    return f"{path}{dataset.sample}" if path.is_file() else value


def _named(services: Services, named: str) -> Dataset | None:
    """The data set; where no finished one has that name, the newest upload that is to get it."""
    try:
        return services.store.datasets.find(named)
    except DatasetNotFound:
        uploads = [upload for upload in services.store.datasets.uploading() if upload.name == named]
        return uploads[-1] if uploads else None


def _how_to_finish(services: Services, dataset: Dataset) -> str:
    there = received_bytes(services.settings, dataset)
    far = f"{there}/{dataset.declared_bytes}" if dataset.declared_bytes is not None else str(there)
    path = f"{services.settings.api_prefix}/datasets/{dataset.id}/content"
    return (
        f"the upload of data set '{dataset.name}' is not finished: {far} bytes are there; go on by PATCH {path} with "
        f"Upload-Offset: {there}, or by swt data push"
    )


def _refused(field: str, message: str, reason: Reason) -> InvalidInput:
    return InvalidInput(FieldProblem(field, reason, message))
