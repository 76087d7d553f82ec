"""Reading the records of many jobs in one round trip."""

from collections.abc import Iterable

from common.jobs import Job
from common.store import keys
from common.store.connection import RedisClient, translated_errors
from common.store.job_record import is_deleted, is_whole, load_job


def read_jobs(client: RedisClient, job_ids: Iterable[str]) -> list[Job]:
    """The jobs that exist of these ids and were not deleted, in the same order."""
    return [load_job(record) for record in _records(client, job_ids) if not is_deleted(record)]


def read_any_jobs(client: RedisClient, job_ids: Iterable[str]) -> list[Job]:
    """The same, those that were deleted included."""
    return [load_job(record) for record in _records(client, job_ids)]


def _records(client: RedisClient, job_ids: Iterable[str]) -> list[dict[str, str]]:
    with translated_errors(), client.pipeline(transaction=False) as pipe:
        for job_id in job_ids:
            pipe.hgetall(keys.of(job_id).record)
        return [record for record in pipe.execute() if is_whole(record)]
