"""The rota: does each duty when it is due, in small steps with pauses between; of several duties processes one acts."""

import threading
import time
from collections.abc import Sequence

from common.clock import to_ms
from common.store import Store
from common.upkeep.leader_election import LOOK_SECONDS, Candidate, guarded
from scheduler.duties.duty import Duty

# So many things a step looks at: some milliseconds of Redis in all, each of its commands well below one.
STEP = 100
# Between steps of a duty that is not through; others have Redis for themselves meanwhile.
PAUSE_SECONDS = 0.05
LOCK_SECONDS = 5.0


class Rota:
    """One per duties process."""

    def __init__(self, store: Store, duties: Sequence[Duty]) -> None:
        self._store = store
        self._duties = duties
        self._due_at = dict.fromkeys(duties, 0.0)
        self._candidate = Candidate(store.retention, LOCK_SECONDS, "duties_failed")

    def run(self, stopped: threading.Event) -> None:
        """Until it is stopped; an absent Redis is waited for."""
        self._candidate.run(self.look, lambda due: stopped.wait(PAUSE_SECONDS if due else LOOK_SECONDS), stopped)

    def look(self) -> bool:
        """One step of each duty that is due; False when none is any more, or when another process acts."""
        if not self._candidate.leads():
            return False
        self._store.retention.note_look(to_ms(self._store.now()))
        due = [duty for duty in self._duties if self._due_at[duty] <= time.monotonic()]
        for duty in due:
            self._step(duty)
        return any(self._due_at[duty] <= time.monotonic() for duty in due)

    def _step(self, duty: Duty) -> None:
        done = 0
        with guarded(duty.name):
            done = duty.do(STEP)
        if done < STEP:
            self._due_at[duty] = time.monotonic() + duty.interval_seconds
