"""Conditional requests: If-None-Match of whoever has seen a job already, If-Match of whoever edits what he has seen."""

from flask import Response, request

from api.services.refusals import revision_mismatch
from api.views.etags import job_etag, job_mark
from common.jobs import Job


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
