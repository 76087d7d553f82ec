"""Listings and their pagination: pages of jobs, and how many there are, of one kind, newest first. What was deleted is
in none of them.
"""

from dataclasses import dataclass

from common.job_specs import JobKind
from common.jobs import Job
from common.states import JobState
from common.store import keys
from common.store.records import read_jobs
from common.store.scripts import Scripts


@dataclass(frozen=True, slots=True)
class ListingStore:
    """The indexes by submission and by state."""

    scripts: Scripts

    def page(
        self, offset: int, size: int, state: JobState | None = None, kind: JobKind = JobKind.TRAIN
    ) -> tuple[list[Job], int]:
        """`size` jobs of a kind from `offset`, newest first, and how many there are in all."""
        if state is None:
            ids = self.scripts.command("zrevrange", keys.INDEX[kind], offset, offset + size - 1)
            return read_jobs(self.scripts.client, ids), int(self.scripts.command("zcard", keys.INDEX[kind]))
        low, high = f"[{state}:", f"({state};"
        members = self.scripts.command("zrevrangebylex", keys.INDEX_BY_STATE[kind], high, low, offset, size)
        total = int(self.scripts.command("zlexcount", keys.INDEX_BY_STATE[kind], low, high))
        return read_jobs(self.scripts.client, _ids(members)), total

    def older_than(
        self, sequence: int, size: int, state: JobState | None = None, kind: JobKind = JobKind.TRAIN
    ) -> list[Job]:
        """`size` jobs of a kind that were submitted before that number, newest first."""
        if state is None:
            ids = self.scripts.command("zrevrangebyscore", keys.INDEX[kind], f"({sequence}", "-inf", 0, size)
            return read_jobs(self.scripts.client, ids)
        names = (f"({state}:{sequence:016d}", f"[{state}:")
        members = self.scripts.command("zrevrangebylex", keys.INDEX_BY_STATE[kind], *names, 0, size)
        return read_jobs(self.scripts.client, _ids(members))

    def all_ids(self, *kinds: JobKind) -> list[str]:
        """The ids of all jobs of these kinds that were not deleted, each kind in order of submission; of all kinds
        where none is named."""
        indexes = [keys.INDEX[kind] for kind in kinds or JobKind]
        return [job_id for index in indexes for job_id in self.scripts.command("zrange", index, 0, -1)]

    def count(self, state: JobState, kind: JobKind = JobKind.TRAIN) -> int:
        """How many jobs of a kind are in that state."""
        return int(self.scripts.command("zlexcount", keys.INDEX_BY_STATE[kind], f"[{state}:", f"({state};"))


def _ids(members: list[str]) -> list[str]:
    return [member.split(":", 2)[2] for member in members]
