"""All places of a job that name a data set: each is pinned, checked, fetched and opened in the same way."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from common.datasets import PinnedDataset, pinned_dataset
from common.deployments import Serving
from common.exports import Export
from common.job_specs import JobSpec
from common.swift.options.refused import DATASETS
from common.swift.options.safety import elements
from common.trainings import Training

DATA_PATH = "data_path"
# (field, value) to the value that is to stand there instead.
Change = Callable[[str, str], str]
Named = list[tuple[str, str]]


def named_data(spec: JobSpec) -> Named:
    """(field, value) of the data to train on and of each option with a data set; an export opens the former at most."""
    return [*trained_data(spec), *data_of_options(spec)]


def trained_data(spec: JobSpec) -> Named:
    """(field, value) of each data set of `data_path`: `data_path[1]` is the second of a list."""
    if isinstance(spec.work, Serving):
        return []
    training = spec.training
    return [(_field(training, index), value) for index, value in enumerate(training.data_paths)]


def data_of_options(spec: JobSpec) -> Named:
    """(field, value) of those that options name."""
    return [(f"extra_args.{name}", str(value)) for name in _options(spec) for value in elements(spec.extra_args[name])]


def pinned_data(spec: JobSpec) -> list[tuple[str, PinnedDataset]]:
    """(field, data set) of those that are uploaded ones, named by content."""
    return [(field, dataset) for field, value in named_data(spec) if (dataset := pinned_dataset(value))]


def given_data(spec: JobSpec) -> list[tuple[str, PinnedDataset]]:
    """Those that the store keeps for as long as it knows the job: a training's."""
    return pinned_data(spec) if isinstance(spec.work, Training) else []


def with_data(spec: JobSpec, change: Change) -> JobSpec:
    """The spec with other values in the places that `named_data` lists."""
    match spec.work:
        case Training() as training:
            options = {name: _changed(f"extra_args.{name}", spec.extra_args[name], change) for name in _options(spec)}
            return replace(spec, work=_changed_data(training, change), extra_args={**spec.extra_args, **options})
        case Export() as export:
            return replace(spec, work=replace(export, training=_changed_data(export.training, change)))
        case Serving():
            return spec


def _changed_data(training: Training, change: Change) -> Training:
    changed = tuple(change(_field(training, index), value) for index, value in enumerate(training.data_paths))
    return replace(training, data_path=changed[0] if isinstance(training.data_path, str) else changed)


def _field(training: Training, index: int) -> str:
    return DATA_PATH if isinstance(training.data_path, str) else f"{DATA_PATH}[{index}]"


def _options(spec: JobSpec) -> list[str]:
    return [name for name in spec.extra_args if name in DATASETS] if isinstance(spec.work, Training) else []


def _changed(field: str, value: Any, change: Change) -> Any:
    if isinstance(value, list | tuple):
        return [_changed(field, element, change) for element in value]
    return change(field, value) if isinstance(value, str) else value
