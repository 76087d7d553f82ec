"""Logs, events and progress of a job, as answers."""

from dataclasses import asdict
from typing import Any

from api.services import Services
from common.jobs import Job
from common.states import JobState
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


def progress(job: Job) -> dict[str, Any]:
    """How far a job is, in numbers and in words."""
    numbers = job.progress
    return {
        "job_id": job.id,
        "progress": 100.0 if job.state is JobState.COMPLETED else numbers.percent if numbers else 0.0,
        "estimated_time_remaining": _remaining_text(job),
        "status": job.state,
        "phase": job.phase,
        "detail": {**asdict(numbers), "percent": numbers.percent} if numbers else None,
    }


def _remaining_text(job: Job) -> str:
    if job.is_final:
        return "0s"
    if job.progress is None or job.progress.remaining_seconds is None:
        return "unknown"
    minutes, seconds = divmod(job.progress.remaining_seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes}m {seconds}s" if hours else f"{minutes}m {seconds}s" if minutes else f"{seconds}s"
