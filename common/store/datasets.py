"""The records of uploaded data sets, the names they go by, and which jobs were given which content."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from common.clock import from_ms, to_ms
from common.datasets import Dataset, DatasetState, is_content, is_dataset_id
from common.errors import DatasetNotFound
from common.projects import DEFAULT_PROJECT
from common.store import keys
from common.store.connection import translated_errors
from common.store.outcomes import Outcome
from common.store.project_index import project_member
from common.store.scripts import Scripts


class Removal(StrEnum):
    """What became of deleting a record."""

    MISSING = "missing"
    IN_USE = "in_use"
    MOVED_ON = "moved_on"  # other jobs were given it since: look again
    KEPT = "kept"  # gone; another record has the same content
    GONE = "gone"  # gone, and no record has its content any more


@dataclass(frozen=True, slots=True)
class DatasetStore:
    """Data sets and unfinished uploads."""

    scripts: Scripts

    def create(self, dataset: Dataset) -> None:
        """Write the record of an upload that begins."""
        created_ms = to_ms(dataset.created_at)
        fields = {
            "id": dataset.id,
            "name": dataset.name,
            "format": dataset.format,
            "state": str(dataset.state),
            "created_at_ms": created_ms,
            "created_by": dataset.created_by,
            "project": dataset.project,
            "declared_bytes": "" if dataset.declared_bytes is None else dataset.declared_bytes,
            "declared_sha256": dataset.declared_sha256,
        }
        score = {dataset.id: created_ms}
        with translated_errors(), self.scripts.client.pipeline() as pipe:
            pipe.hset(keys.dataset(dataset.id), mapping=fields)
            pipe.zadd(keys.DATASETS, score)
            pipe.zadd(keys.DATASETS_UPLOADING, score)
            pipe.zadd(keys.PROJECTS, {project_member(dataset.project, "dataset", created_ms, dataset.id): 0})
            pipe.execute()

    def finish(self, dataset: Dataset) -> bool:
        """All of it is there: give it its name. False when the upload was deleted meanwhile."""
        names = [keys.dataset(dataset.id), keys.DATASETS_UPLOADING, keys.DATASETS_NAMES]
        names.append(keys.dataset_content(dataset.file_name))
        rows = "" if dataset.rows is None else dataset.rows
        args = [dataset.id, dataset.name, dataset.sha256, dataset.bytes, rows]
        return Outcome(self.scripts.call("finish_dataset", names, args)) is Outcome.OK

    def delete(self, dataset: Dataset, job_ids: Iterable[str] = ()) -> Removal:
        """Forget a record; `job_ids` are all jobs that `jobs_given` told of."""
        given = list(job_ids)
        names = [keys.dataset(dataset.id), keys.DATASETS, keys.DATASETS_UPLOADING, keys.DATASETS_NAMES]
        names += [keys.dataset_content(dataset.file_name), keys.dataset_content_jobs(dataset.file_name)]
        names += [keys.PROJECTS, *(keys.of(job_id).record for job_id in given)]
        return Removal(self.scripts.call("delete_dataset", names, [dataset.id, len(given)]))

    def get(self, dataset_id: str) -> Dataset:
        """Raises DatasetNotFound."""
        record = self.scripts.command("hgetall", keys.dataset(dataset_id))
        if not record:
            raise dataset_not_found(dataset_id)
        return _dataset(record)

    def by_name(self, name: str) -> Dataset:
        """The newest finished one of that name. Raises DatasetNotFound."""
        dataset_id = self.scripts.command("hget", keys.DATASETS_NAMES, name)
        if not dataset_id:
            raise dataset_not_found(name)
        return self.get(dataset_id)

    def find(self, named: str) -> Dataset:
        """By id, by name or by content (`<sha256>.<format>`). Raises DatasetNotFound."""
        if is_content(named):
            found = self.with_content(named)
            if found is None:
                raise dataset_not_found(named)
            return found
        return self.get(named) if is_dataset_id(named) else self.by_name(named)

    def with_content(self, file_name: str) -> Dataset | None:
        """A finished data set of that content."""
        dataset_id = self.scripts.command("srandmember", keys.dataset_content(file_name))
        return self.get(dataset_id) if dataset_id else None

    def page(self, limit: int, offset: int) -> tuple[list[Dataset], int]:
        """`limit` records from `offset`, newest first, and how many there are in all."""
        ids = self.scripts.command("zrevrange", keys.DATASETS, offset, offset + limit - 1)
        return self._many(ids), int(self.scripts.command("zcard", keys.DATASETS))

    def uploading(self) -> list[Dataset]:
        """Uploads that are not finished, oldest first."""
        return self._many(self.scripts.command("zrange", keys.DATASETS_UPLOADING, 0, -1))

    def jobs_given(self, file_name: str) -> list[str]:
        """Ids of the jobs that were given this content, ended and deleted ones among them."""
        return sorted(self.scripts.command("smembers", keys.dataset_content_jobs(file_name)))

    def forget_jobs(self, file_name: str, job_ids: list[str]) -> None:
        """Jobs that have ended use no content any more."""
        if job_ids:
            self.scripts.command("srem", keys.dataset_content_jobs(file_name), *job_ids)

    def _many(self, ids: list[str]) -> list[Dataset]:
        with translated_errors(), self.scripts.client.pipeline(transaction=False) as pipe:
            for dataset_id in ids:
                pipe.hgetall(keys.dataset(dataset_id))
            return [_dataset(record) for record in pipe.execute() if record]


def dataset_not_found(named: str) -> DatasetNotFound:
    shown = named[:128]
    return DatasetNotFound(f"there is no data set '{shown}'", dataset=shown)


def _dataset(record: dict[str, str]) -> Dataset:
    return Dataset(
        id=record["id"],
        name=record["name"],
        format=record["format"],
        state=DatasetState(record["state"]),
        created_at=from_ms(int(record["created_at_ms"])),
        created_by=record["created_by"],
        project=record.get("project", DEFAULT_PROJECT),
        declared_bytes=int(record["declared_bytes"]) if record["declared_bytes"] else None,
        declared_sha256=record["declared_sha256"],
        bytes=int(record.get("bytes") or 0),
        sha256=record.get("sha256", ""),
        rows=int(record["rows"]) if record.get("rows") else None,
        completed_at=_moment(record.get("completed_at_ms")),
    )


def _moment(milliseconds: str | None) -> datetime | None:
    return from_ms(int(milliseconds)) if milliseconds else None
