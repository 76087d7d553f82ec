"""A watch on the store: notices when Redis was away, hung, was started anew or emptied; what nodes did not say
meanwhile is not held against them.
"""

import time
from dataclasses import dataclass
from datetime import datetime

import structlog

from common.store import Store
from common.store.facts import StoreFacts

log = structlog.get_logger()


@dataclass(slots=True)
class StoreWatch:
    """One per scheduler process, looked at as often as the process asks Redis anything.

    `ttl_seconds` is that of the nodes: a gap of half of it between two answers counts as an outage, whatever the cause.
    `withheld` are the nodes that were last said not to be judged.
    """

    ttl_seconds: float
    withheld: frozenset[str] = frozenset()
    _facts: StoreFacts | None = None
    _looked_at: float = 0.0
    _answers_since: datetime | None = None

    def look(self, store: Store) -> datetime:
        """Since when Redis has answered without a break, by its own clock. Raises StoreUnavailable."""
        facts, before = store.facts.read(), self._facts
        gap = time.monotonic() - self._looked_at
        self._facts, self._looked_at = facts, time.monotonic()
        if self._answers_since is None or before is None or gap > self.ttl_seconds / 2 or not facts.continues(before):
            if before is not None:
                log.warning("store_came_back", gap_seconds=round(gap, 1), run_id=facts.run_id, store_id=facts.id)
            # Asked anew: Redis may have hung behind telling the time of the facts.
            self._answers_since = store.now()
        return self._answers_since
