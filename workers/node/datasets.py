"""Uploaded data sets on this node: found below a shared DATA_DIR, or downloaded from the API and kept for a while."""

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import structlog

from common.datasets import PinnedDataset, content_path, pinned_dataset
from common.job_specs import JobSpec
from common.settings import Settings
from common.swift.inputs.sets.named import pinned_data, with_data

log = structlog.get_logger()

_PIECE_BYTES = 1024 * 1024
_TIMEOUT_SECONDS = 30.0
_TRIES = 5
_RETRY_SECONDS = 1.0
_LOCK_POLL_SECONDS = 0.2
# What was used so lately may be about to be opened: it is never removed to make room.
_SAFE_SECONDS = 3600.0


class DownloadFailed(Exception):
    """The data set could not be brought here now; another try may work."""


class DatasetMissing(Exception):
    """The data set is not to be had on this node, however often it is tried."""


@dataclass(frozen=True, slots=True)
class DatasetCache:
    """What a node keeps of what it downloaded, in `folder`."""

    settings: Settings
    folder: Path

    def local_spec(self, spec: JobSpec) -> JobSpec:
        """The spec with files on this node in place of data sets. Raises DatasetMissing, which names the field."""
        return with_data(spec, self._local)

    def files(self, spec: JobSpec) -> list[Path]:
        """The files of its data sets that are here."""
        return [path for _, dataset in pinned_data(spec) if (path := self.find(dataset))]

    def find(self, dataset: PinnedDataset) -> Path | None:
        """The file, when it is here. It was checked when it got its name, so a name is enough."""
        return next((path for path in self.places(dataset.file_name) if path.is_file()), None)

    def places(self, file_name: str) -> tuple[Path, ...]:
        """Where content of that name may lie: with the API's, where that disk is shared, or kept here."""
        return content_path(self.settings.data_dir, file_name), self.folder / file_name

    def fetch(self, dataset: PinnedDataset, keep_on: Callable[[], None]) -> Path:
        """Download it unless it is here; `keep_on` is called often, and ends it by raising.

        Raises DownloadFailed, DatasetMissing.
        """
        if not self.settings.api_url:
            text = f"data set '{dataset.name}' is not below this node's DATA_DIR, and its setting API_URL is empty"
            raise DatasetMissing(f"{text}, so it cannot be downloaded")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(self.folder / f".{dataset.file_name}.lock", keep_on):
            found = self.find(dataset)
            if found is None:
                found = self._download(dataset, keep_on)
        os.utime(found)
        return found

    def _local(self, field: str, value: str) -> str:
        dataset = pinned_dataset(value)
        if dataset is None:
            return value
        path = self.find(dataset)
        if path is None:
            raise DatasetMissing(f"{field}: data set '{dataset.name}' is not on this node")
        return f"{path}{dataset.sample}"

    def _download(self, dataset: PinnedDataset, keep_on: Callable[[], None]) -> Path:
        part, target = self.folder / f".{dataset.file_name}.part", self.folder / dataset.file_name
        for tried in range(_TRIES):
            try:
                self._read_on(dataset, part, keep_on)
                break
            except (httpx2.RequestError, DownloadFailed) as exc:
                log.warning("download_cut", dataset=dataset.name, tried=tried + 1, error=str(exc))
                if tried + 1 == _TRIES:
                    raise DownloadFailed(f"data set '{dataset.name}' cannot be downloaded: {exc}") from exc
                _pause(_RETRY_SECONDS * (tried + 1), keep_on)
        if _sha256(part, keep_on) != dataset.sha256:
            part.unlink()
            raise DownloadFailed(f"data set '{dataset.name}' arrived damaged: its SHA-256 is another")
        part.replace(target)
        log.info("dataset_downloaded", dataset=dataset.name, bytes=target.stat().st_size)
        return target

    def _read_on(self, dataset: PinnedDataset, part: Path, keep_on: Callable[[], None]) -> None:
        """Append what is missing."""
        start = part.stat().st_size if part.exists() else 0
        url = f"{self.settings.api_url.rstrip('/')}{self.settings.api_prefix}/datasets/{dataset.file_name}/content"
        key = self.settings.api_key
        headers = {"Authorization": f"Bearer {key.reveal()}"} if key else {}
        if start:
            headers["Range"] = f"bytes={start}-"
        with httpx2.stream("GET", url, headers=headers, timeout=_TIMEOUT_SECONDS) as answer:
            if answer.status_code == 416:  # all of it is there
                return
            _refuse(dataset, answer.status_code)
            self._make_room(int(answer.headers.get("Content-Length") or 0))
            with part.open("ab" if answer.status_code == 206 else "wb") as file:
                for piece in answer.iter_raw(_PIECE_BYTES):
                    file.write(piece)
                    keep_on()
                file.flush()
                os.fsync(file.fileno())

    def _make_room(self, more_bytes: int) -> None:
        """Remove what was not used for longest, until `more_bytes` fit below DATASET_CACHE_BYTES."""
        kept = [(path.stat(), path) for path in self.folder.iterdir() if not path.name.startswith(".")]
        kept.sort(key=lambda item: item[0].st_mtime)
        total = sum(stat.st_size for stat, _ in kept)
        for stat, path in kept:
            if total + more_bytes <= self.settings.dataset_cache_bytes or time.time() - stat.st_mtime < _SAFE_SECONDS:
                break
            path.unlink(missing_ok=True)
            total -= stat.st_size
        if shutil.disk_usage(self.folder).free - more_bytes < self.settings.dataset_min_free_bytes:
            raise DownloadFailed(f"this node's disk has no room for {more_bytes:,} bytes")


def _refuse(dataset: PinnedDataset, status: int) -> None:
    if status == 404:
        raise DatasetMissing(f"the service has no data set '{dataset.name}' of this content any more")
    if status not in {200, 206}:
        raise DownloadFailed(f"the service answered {status}; look at this node's API_URL and API_KEY")


@contextmanager
def _alone(lock_path: Path, keep_on: Callable[[], None]) -> Iterator[None]:
    """One download of a data set at a time; jobs that wait for it find it there."""
    with lock_path.open("wb") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                _pause(_LOCK_POLL_SECONDS, keep_on)
        yield


def _pause(seconds: float, keep_on: Callable[[], None]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        keep_on()
        time.sleep(min(_LOCK_POLL_SECONDS, seconds))


def _sha256(path: Path, keep_on: Callable[[], None]) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
            keep_on()
    return digest.hexdigest()
