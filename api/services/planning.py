"""The planner's answers over the world as it is now, kept for a second; one per app."""

import time
from collections.abc import Mapping

from common.settings import Settings
from common.store import Store
from scheduler.plan.planner import plan
from scheduler.plan.workloads import Blocked
from scheduler.snapshot import take_snapshot

_KEEP_SECONDS = 1.0


class Planning:
    """Who would not start now, and why."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._blocked: Mapping[str, Blocked] = {}
        self._until = 0.0

    def blocked(self, *, fresh: bool = False) -> Mapping[str, Blocked]:
        """Every job that would not start now, by id; at most a second old, or `fresh`."""
        if fresh or time.monotonic() >= self._until:
            snapshot = take_snapshot(self._store, self._settings)
            planned = plan(snapshot.workloads, snapshot.nodes, snapshot.running, snapshot.now, snapshot.limits)
            self._blocked = {blocked.workload_id: blocked for blocked in planned.blocked}
            self._until = time.monotonic() + _KEEP_SECONDS
        return self._blocked
