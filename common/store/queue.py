"""The queue of what waits for GPUs of our nodes: who is in it, and where."""

from dataclasses import dataclass

from common.jobs import Job
from common.store import keys
from common.store.connection import translated_errors
from common.store.records import read_jobs
from common.store.scripts import Scripts

PRIORITIES = range(11)


@dataclass(frozen=True, slots=True)
class WaitingAtPriority:
    """`since_ms` is when the first in line began to wait; None when nobody waits."""

    priority: int
    count: int
    since_ms: int | None


def queue_score(priority: int, sequence: int) -> int:
    """Where a job stands, the lowest first. (In Lua: common/store/lua/parts/queue.lua.)"""
    return (10 - priority) * 10**13 + sequence


@dataclass(frozen=True, slots=True)
class QueueStore:
    """Best first."""

    scripts: Scripts

    def jobs(self, limit: int | None = None) -> list[Job]:
        """The jobs that wait for GPUs, best first."""
        last = -1 if limit is None else limit - 1
        return read_jobs(self.scripts.client, self.scripts.command("zrange", keys.JOBS_WAITING, 0, last))

    def behind(self, priority: int, sequence: int, limit: int) -> list[Job]:
        """The jobs that wait behind the place of that priority and submission number, best first."""
        score = queue_score(priority, sequence)
        ids = self.scripts.command("zrangebyscore", keys.JOBS_WAITING, f"({score}", "+inf", 0, limit)
        return read_jobs(self.scripts.client, ids)

    def count(self) -> int:
        return int(self.scripts.command("zcard", keys.JOBS_WAITING))

    def position(self, job_id: str) -> int | None:
        """1 for the next one, None when it does not wait."""
        rank = self.scripts.command("zrank", keys.JOBS_WAITING, job_id)
        return None if rank is None else int(rank) + 1

    def by_priority(self) -> list[WaitingAtPriority]:
        """One entry for each priority, 0 first."""
        with translated_errors(), self.scripts.client.pipeline(transaction=False) as pipe:
            for priority in PRIORITIES:
                low, high = queue_score(priority, 0), f"({queue_score(priority - 1, 0)}"
                pipe.zcount(keys.JOBS_WAITING, low, high)
                pipe.zrangebyscore(keys.JOBS_WAITING, low, high, start=0, num=1)
            found = pipe.execute()
            heads = [names[0] if names else "" for names in found[1::2]]
            for job_id in filter(None, heads):
                pipe.hmget(keys.of(job_id).record, "queued_at_ms", "created_at_ms")
            moments = iter(pipe.execute())
        since = [_first(next(moments)) if head else None for head in heads]
        return [WaitingAtPriority(*row) for row in zip(PRIORITIES, found[::2], since, strict=True)]


def _first(moments: list[str | None]) -> int | None:
    return next((int(moment) for moment in moments if moment), None)
