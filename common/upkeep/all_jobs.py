"""Walks all jobs of a kind, newest first, however many are submitted or deleted meanwhile."""

from collections.abc import Iterator

from common.job_specs import JobKind
from common.jobs import Job
from common.states import JobState
from common.store import Store

_PAGE = 200


def all_jobs(store: Store, kind: JobKind, state: JobState | None = None) -> Iterator[Job]:
    """Of that state, or of any; each once."""
    page = store.listings.page(0, _PAGE, state, kind)[0]
    while page:
        yield from page
        page = store.listings.older_than(min(job.sequence for job in page), _PAGE, state, kind)
