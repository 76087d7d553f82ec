"""How many wait, and since when, for each priority."""

from dataclasses import dataclass

from common.store import keys
from common.store.connection import RedisClient, translated_errors

PRIORITIES = range(11)
_STEP = 10**13  # scores of st:jobs:waiting: (10 - priority) * 10^13 + submission number


@dataclass(frozen=True, slots=True)
class WaitingAtPriority:
    """`since_ms` is when the first in line began to wait; None when nobody waits."""

    priority: int
    count: int
    since_ms: int | None


def waiting_by_priority(client: RedisClient) -> list[WaitingAtPriority]:
    """One entry for each priority, 0 first."""
    with translated_errors(), client.pipeline(transaction=False) as pipe:
        for priority in PRIORITIES:
            low, high = (10 - priority) * _STEP, f"({(11 - priority) * _STEP}"
            pipe.zcount(keys.JOBS_WAITING, low, high)
            pipe.zrangebyscore(keys.JOBS_WAITING, low, high, start=0, num=1)
        found = pipe.execute()
        heads = [names[0] if names else "" for names in found[1::2]]
        for job_id in filter(None, heads):
            pipe.hmget(keys.job(job_id), "queued_at_ms", "created_at_ms")
        moments = iter(pipe.execute())
    since = [_first(next(moments)) if head else None for head in heads]
    return [WaitingAtPriority(*row) for row in zip(PRIORITIES, found[::2], since, strict=True)]


def _first(moments: list[str | None]) -> int | None:
    return next((int(moment) for moment in moments if moment), None)
