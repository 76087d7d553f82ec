"""Uploaded data sets: their records, and how a job names one."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from ulid import ULID

from common.projects import DEFAULT_PROJECT
from common.swift.inputs import split_sample

FORMATS = ("jsonl", "json", "csv", "parquet", "arrow", "txt")
DATASET_NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$"
SHA256_PATTERN = r"^[0-9a-f]{64}$"
PREFIX = "dataset:"

_ID = re.compile(r"ds-[0-9a-z]{26}")
_CONTENT = re.compile(rf"[0-9a-f]{{64}}\.({'|'.join(FORMATS)})")
_PINNED = re.compile(rf"(?P<name>[A-Za-z0-9_.-]+)@(?P<sha256>[0-9a-f]{{64}})\.(?P<format>{'|'.join(FORMATS)})")


class DatasetState(StrEnum):
    """Whether all of it is there."""

    UPLOADING = "uploading"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set's record; what is declared was said before the upload, the rest was found in what came."""

    id: str
    name: str
    format: str
    state: DatasetState
    created_at: datetime
    created_by: str = ""
    project: str = DEFAULT_PROJECT
    declared_bytes: int | None = None
    declared_sha256: str = ""
    bytes: int = 0
    sha256: str = ""
    rows: int | None = None
    completed_at: datetime | None = None

    @property
    def file_name(self) -> str:
        """The name of its content: the same content is stored once."""
        return f"{self.sha256}.{self.format}"


@dataclass(frozen=True, slots=True)
class PinnedDataset:
    """A data set as an accepted job names it: by content, so that no later upload changes the job."""

    name: str
    file_name: str
    sample: str = ""

    def __str__(self) -> str:
        return f"{PREFIX}{self.name}@{self.file_name}{self.sample}"

    @property
    def sha256(self) -> str:
        return self.file_name.partition(".")[0]


def new_dataset_id() -> str:
    return f"ds-{str(ULID()).lower()}"


def is_dataset_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def is_content(text: str) -> bool:
    """Whether it has the form of a content's file name: `<sha256>.<format>`."""
    return _CONTENT.fullmatch(text) is not None


def named_dataset(data_path: str) -> str | None:
    """What stands behind `dataset:`, without a sampling suffix; None when the path names no data set."""
    bare = split_sample(data_path)[0]
    return bare.removeprefix(PREFIX) if bare.startswith(PREFIX) else None


def pinned_dataset(data_path: str) -> PinnedDataset | None:
    """The data set of a job's path when it names one by content."""
    bare, sample = split_sample(data_path)
    found = _PINNED.fullmatch(bare.removeprefix(PREFIX)) if bare.startswith(PREFIX) else None
    return PinnedDataset(found["name"], f"{found['sha256']}.{found['format']}", sample) if found else None


def part_path(data_dir: Path, dataset: Dataset) -> Path:
    """The file of an upload that is not finished."""
    return uploads_folder(data_dir) / f"{dataset.id}.{dataset.format}"


def uploads_folder(data_dir: Path) -> Path:
    """Where uploads lie that are not finished."""
    return content_path(data_dir, ".uploads")


def content_path(data_dir: Path, file_name: str) -> Path:
    """Where content lies on a machine that shares the API's DATA_DIR."""
    return data_dir / "datasets" / file_name
