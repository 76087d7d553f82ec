"""`data_path: dataset:<name or id>`: pinned by content at submission, so that later uploads change no job."""

from dataclasses import replace

from api.messages import text
from api.services import Services
from common.datasets import DatasetState, PinnedDataset, content_path, named_dataset, pinned_dataset
from common.errors import DatasetNotFound, InvalidInput
from common.inputs import split_sample
from common.jobs import JobSpec
from common.reasons import Reason

FIELD = "data_path"
_SHOWN_MAX = 128


def pin_dataset(services: Services, spec: JobSpec) -> JobSpec:
    """The spec with its data set named by content. Raises InvalidInput when there is none, or not all of it."""
    named = named_dataset(spec.data_path)
    if named is None:
        return spec
    pinned = pinned_dataset(spec.data_path)
    try:
        dataset = services.store.datasets.find(pinned.file_name if pinned else named)
    except DatasetNotFound as exc:
        raise _refused(text("dataset_unknown", name=named[:_SHOWN_MAX]), Reason.DATA_NOT_FOUND) from exc
    if dataset.state is not DatasetState.READY:
        raise _refused(text("dataset_unfinished", name=dataset.name), Reason.DATA_INVALID)
    sample = split_sample(spec.data_path)[1]
    return replace(spec, data_path=str(pinned or PinnedDataset(dataset.name, dataset.file_name, sample)))


def spec_to_look_at(services: Services, spec: JobSpec) -> JobSpec:
    """For a dry run: with its data set's file on this machine, when it is here. Raises InvalidInput."""
    pinned = pin_dataset(services, spec)
    dataset = pinned_dataset(pinned.data_path)
    if dataset is None:
        return spec
    path = content_path(services.settings.data_dir, dataset.file_name)
    return replace(pinned, data_path=f"{path}{dataset.sample}") if path.is_file() else pinned


def _refused(message: str, reason: Reason) -> InvalidInput:
    return InvalidInput(f"{FIELD}: {message}", [{"field": FIELD, "message": message, "code": str(reason)}])
