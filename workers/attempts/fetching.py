"""Fetching data sets: those of an attempt are brought to this node before anything of it is started."""

import time
from collections.abc import Callable

from common.datasets import PinnedDataset
from common.errors import StoreUnavailable
from common.jobs import Job
from common.reasons import Reason
from common.states import PLACED
from common.swift.inputs.sets.named import pinned_data
from workers.attempts.ends import Detached, Unwanted
from workers.attempts.folder import folder_of
from workers.attempts.launch import LaunchRefused
from workers.attempts.phase import InfrastructureFailed
from workers.attempts.recovering import is_known, known_job
from workers.node.datasets import DatasetCache, DatasetMissing, DownloadFailed
from workers.node.local import LocalNode

_LOOK_SECONDS = 2.0


class CancelledEarly(Exception):
    """The user cancelled the job while a data set was on its way."""


def fetch_datasets(node: LocalNode, job: Job, attempt: int, note: Callable[[str], None]) -> None:
    """Download the job's data sets unless they are here; `note` is told of each download.

    Raises CancelledEarly, Detached, Unwanted, LaunchRefused or InfrastructureFailed.
    """
    cache = DatasetCache(node.settings, node.dataset_folder)
    for field, dataset in pinned_data(job.spec):
        if cache.find(dataset) is None:
            note(f"downloads data set '{dataset.name}' from the API")
            _fetch(cache, field, dataset, _Watch(node, job, attempt))


def _fetch(cache: DatasetCache, field: str, dataset: PinnedDataset, keep_on: Callable[[], None]) -> None:
    try:
        cache.fetch(dataset, keep_on)
    except DatasetMissing as exc:
        raise LaunchRefused(Reason.DATA_NOT_FOUND, f"{field}: {exc}") from exc
    except (DownloadFailed, OSError) as exc:
        raise InfrastructureFailed(Reason.START_FAILED, str(exc)) from exc


class _Watch:
    """Ends a download when the worker shuts down or nobody wants it any more."""

    def __init__(self, node: LocalNode, job: Job, attempt: int) -> None:
        self._node = node
        self._job = job
        self._attempt = attempt
        self._look_at = time.monotonic() + _LOOK_SECONDS

    def __call__(self) -> None:
        if self._node.detach.is_set():
            raise Detached
        if time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + _LOOK_SECONDS
        folder = folder_of(self._node.folder, self._job, self._attempt)
        try:
            seen = known_job(self._node, folder, self._job.id)
            moved_on = seen.attempt != self._attempt or seen.state not in PLACED
            if moved_on and not is_known(self._node, folder):
                raise Unwanted("moved_on")
        except StoreUnavailable:
            return
        if seen.cancel_requested_at:
            raise CancelledEarly
