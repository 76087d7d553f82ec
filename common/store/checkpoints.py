"""Checkpoints of a job as the followers of its attempts saw them on their nodes' disks."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from common.checkpoints import Checkpoint
from common.store import keys
from common.store.outcomes import Outcome
from common.store.scripts import Scripts

# An attempt beyond them is of a job that failed so often for its nodes: nobody goes back that far.
ATTEMPTS_MAX = 20


@dataclass(frozen=True, slots=True)
class SavedCheckpoints:
    """Of one attempt: oldest first; `best` is the path that ms-swift called best so far, `left_out` are not listed."""

    checkpoints: tuple[Checkpoint, ...] = ()
    best: str = ""
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class CheckpointStore:
    """What there is by now, not what was taken in the end: that is in the record."""

    scripts: Scripts

    def report(self, job_id: str, attempt: int, saved: SavedCheckpoints) -> Outcome:
        """Write all that the placed attempt has; idempotent: OK, MISSING, STALE_ATTEMPT or MOVED_ON."""
        of = keys.of(job_id)
        args = [attempt, msgspec.json.encode(saved).decode(), ATTEMPTS_MAX]
        return Outcome(self.scripts.repeatable("report_checkpoints", [of.record, of.checkpoints], args))

    def of(self, job_id: str) -> Sequence[SavedCheckpoints]:
        """Attempt by attempt, the first one first."""
        told = self.scripts.command("hgetall", keys.of(job_id).checkpoints)
        return [msgspec.json.decode(told[attempt], type=SavedCheckpoints) for attempt in sorted(told, key=int)]
