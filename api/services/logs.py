"""Logs of a job, as answers."""

from typing import Any

from api.services import Services
from common.jobs import Job
from common.store.logs import LogPart


def log_lines(services: Services, job: Job, limit: int, attempt: int | None) -> dict[str, Any]:
    """The newest `limit` lines. A line that a progress bar overwrote with carriage returns shows its last state."""
    chosen = attempt or job.attempt
    lines = services.store.logs.read(job.id, chosen).text.split("\n")
    shown = [line.rstrip("\r").rpartition("\r")[2] for line in lines]
    if shown and not shown[-1]:
        shown.pop()
    return {"job_id": job.id, "attempt": chosen, "logs": shown[-limit:], "total": len(shown)}


def log_from(services: Services, job: Job, offset: int, attempt: int | None) -> dict[str, Any]:
    """Everything from byte `offset` on; `end` once the job is final and there is no more to come."""
    chosen = attempt or job.attempt
    part: LogPart = services.store.logs.read(job.id, chosen, offset)
    return {
        "job_id": job.id,
        "attempt": chosen,
        "text": part.text,
        "offset": part.offset,
        "next_offset": part.next_offset,
        "truncated_from": part.gap_from,
        "truncated_to": part.gap_to,
        # The last bytes are shipped before the end is reported, so a final job has no more.
        "end": job.is_final or chosen < job.attempt,
    }
