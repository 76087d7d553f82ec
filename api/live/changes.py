"""Changes of a job, by long poll: the job as it is, or as soon as it is no longer as the client knows it."""

from collections.abc import Callable
from typing import Any

from flask import request

from api.edge.services import services
from api.live.long_poll import wait_for_change
from api.views.etags import job_mark
from common.jobs import Job
from common.store.pulses import Pulse


def changed_job(job_id: str, query: dict[str, Any]) -> Job:
    """The job; with `wait`, once it is no longer as the client knows it, or after that time. Raises JobNotFound."""
    job = services().store.jobs.get(job_id)
    if not query["wait"] or job.is_final:
        return job
    wait_for_change(job_id, _known(job, query["revision"]), query["wait"])
    return services().store.jobs.get(job_id)


def _known(job: Job, revision: int | None) -> Callable[[Pulse], bool]:
    """Whether a pulse is what the client has: by its ETag, by the revision it names, or as the job is now."""
    tags = request.if_none_match
    if request.headers.get("If-None-Match"):
        return lambda pulse: tags.contains_weak(pulse.mark)
    if revision is not None:
        return lambda pulse: pulse.revision == revision
    now = job_mark(job)
    return lambda pulse: pulse.mark == now
