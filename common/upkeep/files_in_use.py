"""Who uses what a job left on disk: nobody's model, adapter or checkpoint is removed beneath them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from common.deployments import Serving
from common.exports import Export
from common.job_specs import JobKind
from common.jobs import Job
from common.states import JobState
from common.store import Store
from common.trainings import Training
from common.upkeep.all_jobs import all_jobs

_NOT_FINAL = (JobState.PENDING, JobState.QUEUED, JobState.ASSIGNED, JobState.RUNNING)


def users_of_files(store: Store, job_id: str, folders: Iterable[str], also: Iterable[Job] = ()) -> list[str]:
    """Ids of the trainings and exports that have not ended, and of all deployments, which may start again.

    `folders` are the job's output folder as it was asked for, and as its node knows it; `also` are further jobs to look
    at: before files are really removed, those that were deleted and may still read them.
    """
    own = {job_id, *(export.id for export in all_jobs(store, JobKind.EXPORT) if export.spec.source_job_id == job_id)}
    roots = {folder.strip("/") for folder in folders}
    others = [other for other in (*_others(store), *also) if other.id != job_id]
    bases = _bases(store, others)
    return [other.id for other in others if _uses(other, bases.get(other.id, ""), own, roots)]


def folders_of(job: Job) -> set[str]:
    """Where a job's files are, as far as its record tells."""
    known = [str(PurePosixPath(job.checkpoint_path).parents[1])] if job.checkpoint_path.count("/") > 2 else []
    return {_output_dir(job), *known}


class FilesInUse:
    """Who uses whose files, seen once for many jobs that have ended; by the rules of `users_of_files`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sequence = store.retention.last_sequence()  # first: what is submitted meanwhile is looked at twice
        self._sources: set[str] = set()
        # By each of their parts: of many thousand paths, few have one in common with a job's folder.
        self._read: dict[str, set[str]] = defaultdict(set)
        self._written: dict[str, set[str]] = defaultdict(set)
        self._add(_others(store))

    def look_on(self) -> None:
        """Take in what was submitted since the last look."""
        newest = self._store.retention.last_sequence()
        if newest > self._sequence:
            self._add(self._store.retention.submitted_after(self._sequence))
            self._sequence = newest

    def has_user(self, job: Job) -> bool:
        """Whether another that has not ended, or a deployment, uses what that job left."""
        return job.id in self._sources or any(self._is_used(folder.strip("/")) for folder in folders_of(job))

    def _is_used(self, root: str) -> bool:
        last = root.rpartition("/")[2]
        if any(_is_below(path, root) for path in self._read.get(last, ())):
            return True
        return any(_is_in_attempt(path, root) for path in self._written.get(last, ()))

    def _add(self, others: Iterable[Job]) -> None:
        seen = list(others)
        for base in _bases(self._store, seen).values():
            _index(self._read, base)
        for other in seen:
            self._sources |= other.spec.source_job_ids
            for path in _paths(other):
                _index(self._read, path)
            _index(self._written, _output_dir(other))
        # Who uses an export uses the files of the training that it was made of.
        known = self._store.jobs.get_many(self._sources)
        self._sources |= {job.spec.source_job_id for job in known if isinstance(job.spec.work, Export)}


def _bases(store: Store, others: Iterable[Job]) -> dict[str, str]:
    """By deployment of a job's adapter the model that this is nothing without, which may be an earlier job's."""
    served = {
        other.id: other.spec for other in others if other.spec.kind is JobKind.DEPLOY and other.spec.source_job_id
    }
    sources = {spec.source_job_id for spec in served.values()}
    known = {job.id: job for job in store.jobs.get_many(sources)} if sources else {}
    return {
        job_id: known[spec.source_job_id].spec.model_path
        for job_id, spec in served.items()
        if spec.source_job_id in known and spec.model_path != known[spec.source_job_id].exported.export_path
    }


def _index(paths: dict[str, set[str]], path: str) -> None:
    for part in filter(None, path.split("/")):
        paths[part].add(path)


def _others(store: Store) -> Iterator[Job]:
    yield from all_jobs(store, JobKind.DEPLOY)
    for kind in (JobKind.TRAIN, JobKind.EXPORT):
        for state in _NOT_FINAL:
            yield from all_jobs(store, kind, state)


def _uses(other: Job, base: str, sources: set[str], roots: set[str]) -> bool:
    paths = (base, *_paths(other))
    if other.spec.source_job_ids & sources or any(_is_below(path, root) for path in paths for root in roots):
        return True
    return any(_is_in_attempt(_output_dir(other), root) for root in roots)


def _output_dir(job: Job) -> str:
    """A deployment has none."""
    return "" if isinstance(job.spec.work, Serving) else job.spec.training.output_dir


def _paths(job: Job) -> Iterator[str]:
    """Every text in what it asked for that could be a path: one too many does no harm."""
    yield job.spec.model_path
    yield from _texts(job.spec.extra_args)
    match job.spec.work:
        case Training() as training:
            yield from training.data_paths
        case Export() as export:
            yield from (*export.training.data_paths, export.checkpoint_path, export.wanted.merged_path)
        case Serving(adapters=adapters):
            yield from adapters.values()


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def _is_below(path: str, root: str) -> bool:
    """A relative folder is meant below any of the roots, so it counts wherever it stands in a path."""
    return bool(root) and f"/{root}/" in f"/{path.strip('/')}/"


def _is_in_attempt(path: str, root: str) -> bool:
    """Only attempts' folders are removed: who writes to the root, too, or elsewhere below it, loses nothing."""
    return bool(root) and re.search(rf"/{re.escape(root)}/attempt-\d+(-\d+)?/", f"/{path.strip('/')}/") is not None
