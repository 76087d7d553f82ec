"""The rota: does each duty when it is due, in small steps with pauses between; of several duties processes one acts."""

import threading
import time
from collections.abc import Sequence
from uuid import uuid4

import structlog

from common.clock import to_ms
from common.errors import ServiceError, StoreUnavailable
from common.store import Store
from common.store.outage import Outage
from scheduler.duties.duty import Duty

log = structlog.get_logger()

# So many things a step looks at: some milliseconds of Redis in all, each of its commands well below one.
STEP = 100
# Between steps of a duty that is not through; others have Redis for themselves meanwhile.
PAUSE_SECONDS = 0.05
LOOK_SECONDS = 1.0
TURN_SECONDS = 5.0


class Rota:
    """One per duties process."""

    def __init__(self, store: Store, duties: Sequence[Duty]) -> None:
        self._store = store
        self._duties = duties
        self._due_at = dict.fromkeys(duties, 0.0)
        self._token = uuid4().hex
        self._outage = Outage()

    def run(self, stopped: threading.Event) -> None:
        """Until it is stopped; an absent Redis is waited for."""
        while not stopped.is_set():
            try:
                pause = PAUSE_SECONDS if self.look() else LOOK_SECONDS
                self._outage.end()
            except StoreUnavailable as exc:
                self._outage.note(exc.message)
                pause = LOOK_SECONDS
            except Exception:
                log.exception("duties_failed")
                pause = LOOK_SECONDS
            stopped.wait(pause)
        self._let_go()

    def look(self) -> bool:
        """One step of each duty that is due; False when none is, or when another process acts."""
        if not self._store.retention.take_turn(self._token, TURN_SECONDS):
            return False
        self._store.retention.note_look(to_ms(self._store.now()))
        due = [duty for duty in self._duties if self._due_at[duty] <= time.monotonic()]
        for duty in due:
            self._step(duty)
        return any(self._due_at[duty] <= time.monotonic() for duty in due)

    def _step(self, duty: Duty) -> None:
        """What one duty cannot get over does not keep the others from theirs."""
        done = 0
        try:
            done = duty.do(STEP)
        except ServiceError:
            raise
        except Exception:
            log.exception("duty_failed", duty=duty.name)
        if done < STEP:
            self._due_at[duty] = time.monotonic() + duty.interval_seconds

    def _let_go(self) -> None:
        try:
            self._store.retention.end_turn(self._token)
        except ServiceError as exc:
            log.warning("turn_not_ended", error=exc.message)
