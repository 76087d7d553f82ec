"""What became of each accepted job, and what should not have."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.real_stack import RealStack
from tests.soak.jobs import Submitted, traces
from workers.runner_control import read_exit, read_runner

PHASES = ("train", "export")


@dataclass(slots=True)
class Counts:
    """One row of the table: what must be 0 holds a sentence for each case."""

    rounds: int = 0
    accepted: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    audit: list[str] = field(default_factory=list)
    exits: list[str] = field(default_factory=list)
    seconds: float = 0

    def bad(self) -> list[str]:
        """Everything that must not be. That a process of the service ended is told, no more."""
        return [*self.lost, *self.twice, *self.leaked, *self.wrong, *self.audit]


def judge(counts: Counts, stack: RealStack, jobs: Iterable[Submitted]) -> None:
    """Account for every job that was accepted."""
    for job in jobs:
        name = f"{job.job_id} ({', '.join(sorted(job.kinds))})"
        counts.accepted += 1
        counts.lost += [f"{name}: {why}" for why in _lost(job)]
        counts.wrong += [f"{name}: {why}" for why in _wrong(job)]
        counts.twice += [f"{name}: {why}" for why in _twice(stack, job)]


def _lost(job: Submitted) -> Iterator[str]:
    if job.status == "gone" and job.is_open:
        yield "its record has vanished"
    elif job.is_open:
        told = {key: job.last_seen.get(key) for key in ("status", "reason", "message", "attempt", "node")}
        yield f"it did not end: {told}"


def _wrong(job: Submitted) -> Iterator[str]:
    if job.status == "failed" or (job.status == "cancelled" and not job.wish):
        yield f"{job.status}: {job.last_seen.get('reason')}: {job.last_seen.get('message')}"


def _twice(stack: RealStack, job: Submitted) -> Iterator[str]:
    yield from (f"two at once: {trace}" for trace in traces(job) if trace["what"] == "twice")
    attempts = sorted(stack.folder.glob(f"nodes/*/attempts/{job.job_id}-*/*"), key=_number)
    for phase in PHASES:
        started = [folder for folder in attempts if read_runner(folder / phase) is not None]
        for earlier in started[:-1]:
            ended = read_exit(earlier / phase)
            if ended is not None and ended.succeeded:
                yield f"{phase} ended well in attempt {earlier.name} and ran again"


def ghosts(stack: RealStack, jobs: Iterable[Submitted]) -> list[str]:
    """Jobs that nobody was told of: a POST that had two of them, as a rule."""
    known, found, page = {job.job_id for job in jobs}, [], 1
    while rows := stack.get("/jobs", size=100, page=page)["jobs"]:
        found += [row["id"] for row in rows if row["id"] not in known]
        page += 1
    return [f"{job_id}: nobody was told of it" for job_id in found]


def _number(folder: Path) -> int:
    return int(folder.name)
