"""Lists of jobs, newest first, and their pagination: by pages or from a place on."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.services import Services
from common.job_specs import JobKind
from common.jobs import Job, Served
from common.states import JobState


@dataclass(frozen=True, slots=True)
class JobPage:
    """Some jobs of a kind; `total` counts all of that kind and state, `has_more` says that older ones follow."""

    jobs: list[Job]
    total: int
    has_more: bool


def page_of_jobs(
    services: Services, kind: JobKind, status: str | None, page: int, size: int, *, behind: int | None = None
) -> JobPage:
    """The `page`th `size` jobs, or the `size` ones behind a submission number."""
    state = JobState(status) if status else None
    jobs, total = services.store.listings.page((page - 1) * size, size, state, kind)
    if behind is None:
        return JobPage(jobs, total, page * size < total)
    found = services.store.listings.older_than(behind, size + 1, state, kind)
    return JobPage(found[:size], total, len(found) > size)


def with_ports(services: Services, jobs: Sequence[Job]) -> list[Job]:
    """The jobs, each with the port where the deployment that it asked for listens now, if one does."""
    ids = {job.deploy_job_id for job in jobs} - {""}
    ports = {deployment.id: deployment.served.port for deployment in services.store.jobs.get_many(ids)} if ids else {}
    return [job.evolve(served=Served(port=ports.get(job.deploy_job_id))) for job in jobs]
