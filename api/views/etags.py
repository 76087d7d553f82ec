"""A job's ETag: its revision, and a mark of its progress, which changes without one."""

from flask import Response, request
from werkzeug.http import quote_etag

from api.services.refusals import revision_mismatch
from common.jobs import Job
from common.store.job_record import dump_progress
from common.store.pulses import mark_of


def job_etag(job: Job) -> str:
    """The ETag, quoted: the part before the dot is the revision."""
    return quote_etag(job_mark(job))


def not_modified(job: Job) -> Response | None:
    """304 when the client has this very view of the job already."""
    if request.if_none_match.contains_weak(job_mark(job)):
        return Response(status=304, headers={"ETag": job_etag(job)})
    return None


def wanted_revision(job: Job) -> int | None:
    """The revision that an edit must find, or None when the client did not send If-Match.

    Raises RevisionMismatch when it names another one. Progress made meanwhile is no reason to refuse an edit.
    """
    sent = request.if_match
    if not request.headers.get("If-Match") or sent.star_tag:
        return None
    tags = filter(None, sent.as_set())  # werkzeug reads an empty one, `""`, as None
    if str(job.revision) not in {tag.partition(".")[0] for tag in tags}:
        raise revision_mismatch(job)
    return job.revision


def job_mark(job: Job) -> str:
    """The ETag without its quotes."""
    return mark_of(job.revision, dump_progress(job.progress) if job.progress else "")
