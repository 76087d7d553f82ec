"""A job's ETag: its revision, and a mark of its progress, which changes without one."""

from werkzeug.http import quote_etag

from common.jobs import Job
from common.store.job_record import dump_progress
from common.store.pulses import mark_of


def job_etag(job: Job) -> str:
    """The ETag, quoted: the part before the dot is the revision."""
    return quote_etag(job_mark(job))


def job_mark(job: Job) -> str:
    """The ETag without its quotes."""
    return mark_of(job.revision, dump_progress(job.progress) if job.progress else "")
