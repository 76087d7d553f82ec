"""All places of a job that name a data set: each is pinned, checked, fetched and opened in the same way."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from common.datasets import PinnedDataset, pinned_dataset
from common.jobs import JobKind, JobSpec
from common.swift.options.refused import DATASETS
from common.swift.options.safety import elements

DATA_PATH = "data_path"
# (field, value) to the value that is to stand there instead.
Change = Callable[[str, str], str]


def named_data(spec: JobSpec) -> list[tuple[str, str]]:
    """(field, value) of `data_path` and of each option with a data set; an export opens the former at most."""
    found = [(DATA_PATH, spec.data_path)]
    for name in _options(spec):
        found += [(f"extra_args.{name}", str(value)) for value in elements(spec.extra_args[name])]
    return found


def pinned_data(spec: JobSpec) -> list[tuple[str, PinnedDataset]]:
    """(field, data set) of those that are uploaded ones, named by content."""
    return [(field, dataset) for field, value in named_data(spec) if (dataset := pinned_dataset(value))]


def with_data(spec: JobSpec, change: Change) -> JobSpec:
    """The spec with other values in the places that `named_data` lists."""
    options = {name: _changed(f"extra_args.{name}", spec.extra_args[name], change) for name in _options(spec)}
    return replace(spec, data_path=change(DATA_PATH, spec.data_path), extra_args={**spec.extra_args, **options})


def _options(spec: JobSpec) -> list[str]:
    return [name for name in spec.extra_args if name in DATASETS] if spec.kind is JobKind.TRAIN else []


def _changed(field: str, value: Any, change: Change) -> Any:
    if isinstance(value, list | tuple):
        return [_changed(field, element, change) for element in value]
    return change(field, value) if isinstance(value, str) else value
