"""Which of a job's events are shown: the newest, those before one, or those after one."""

from api.services import Services
from common.store.events import Event


def events_of(services: Services, job_id: str, limit: int, *, after: str, before: str) -> tuple[list[Event], int]:
    """At most `limit`, oldest first, and how many there are in all. Both places empty: the newest."""
    newest, total = services.store.events.newest(job_id, limit)
    if after:
        return services.store.events.after(job_id, after, limit), total
    if before:
        return services.store.events.before(job_id, before, limit), total
    return newest, total
