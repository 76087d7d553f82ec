"""Progress: how far a job is, as answers and streams tell it."""

from typing import Any

from common.jobs import Job


def progress_view(job: Job) -> dict[str, Any]:
    """How far a job is, in numbers and in words."""
    return {
        "job_id": job.id,
        "progress": job.percent,
        "estimated_time_remaining": _remaining_text(job),
        "status": job.state,
        "phase": job.phase,
        "revision": job.revision,
        "detail": job.progress_detail,
    }


def _remaining_text(job: Job) -> str:
    if job.is_final:
        return "0s"
    if job.progress is None or job.progress.remaining_seconds is None:
        return "unknown"
    minutes, seconds = divmod(job.progress.remaining_seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes}m {seconds}s" if hours else f"{minutes}m {seconds}s" if minutes else f"{seconds}s"
