"""Which jobs that ended long ago are still needed: by others, by what is to be done with them, or by silent nodes."""

import math
import time
from collections.abc import Iterable
from datetime import timedelta

from common.job_specs import JobKind
from common.jobs import Job
from common.nodes import Node
from common.store import Store
from common.upkeep.files_in_use import FilesInUse

# A node that spoke for so long after a job's end has written on its disk that it is over.
SETTLED = timedelta(seconds=10)
# Beyond it, all that may need a job is read anew. What is submitted meanwhile is seen at once.
_GOOD_SECONDS = 60.0
# How nodes are is cheaper to read, and changes all the time.
_NODES_GOOD_SECONDS = 5.0


class Needs:
    """Looks at all that may need any job once, for many jobs."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._files: FilesInUse | None = None
        self._wanted: set[str] = set()
        self._nodes: list[Node] = []
        self._read_at = self._nodes_read_at = -math.inf

    def needed(self, jobs: Iterable[Job]) -> set[str]:
        """The ids of those that have to stay."""
        files = self._look()
        return {job.id for job in jobs if self._is_wanted(job) or may_live(job, self._nodes) or files.has_user(job)}

    def _is_wanted(self, job: Job) -> bool:
        """A deployment is configuration: its user may start it again, or roll back to it."""
        return job.spec.kind is JobKind.DEPLOY or job.id in self._wanted

    def _look(self) -> FilesInUse:
        if self._files is None or time.monotonic() - self._read_at > _GOOD_SECONDS:
            self._read_at = time.monotonic()
            holders = {lease.holder.rpartition(":")[0] for lease in self._store.nodes.kept()}
            self._wanted = holders | set(self._store.deployer.expected())
            self._files = FilesInUse(self._store)
        if time.monotonic() - self._nodes_read_at > _NODES_GOOD_SECONDS:
            self._nodes_read_at = time.monotonic()
            self._nodes = self._store.nodes.all()
        self._files.look_on()
        return self._files


def may_live(job: Job, nodes: Iterable[Node]) -> bool:
    """Whether a node fell silent during the job's life: it may have an attempt, or an end, to tell of yet.

    Whichever node it was: one whose job was queued again is not in its record any more. Forgotten nodes tell nothing.
    """
    if job.attempt == 0 or job.ended_at is None:
        return False
    settled_at = job.ended_at + SETTLED
    return any(job.created_at <= node.heartbeat_at <= settled_at for node in nodes)
