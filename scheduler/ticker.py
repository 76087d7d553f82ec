"""The ticker, the scheduler's own clock: a pass, a rescue, a look at what was deleted and at Celery's results when
leases come free, and every QUEUE_CHECK_INTERVAL, so that a lost doorbell costs seconds.

A thread of its own, because Celery's timers stand still while the broker is away.
"""

import threading
import time

import structlog

from common.errors import ServiceError
from common.messaging.results import Results
from common.store.outage import Outage
from scheduler.duties.forgetting import Forgetter
from scheduler.duties.results import agree
from scheduler.rescuer import rescue
from scheduler.scheduler import Scheduler
from scheduler.scheduling_pass import run_passes

log = structlog.get_logger()

LOOK_SECONDS = 1.0
AWAY_SECONDS = 1.0


class Ticker:
    """Runs in the background until stopped."""

    def __init__(self, scheduler: Scheduler, results: Results) -> None:
        self._scheduler = scheduler
        self._results = results
        self._forgetter = Forgetter(scheduler)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def _run(self) -> None:
        outage = Outage()
        while not self._stopped.is_set():
            try:
                self._wait()
                run_passes(self._scheduler)
                rescue(self._scheduler)
                self._forgetter.look()
                agree(self._scheduler.store, self._results)
            except ServiceError as exc:
                outage.note(exc.message)
                self._stopped.wait(AWAY_SECONDS)
            except Exception:
                log.exception("tick_failed")
                self._stopped.wait(AWAY_SECONDS)
            else:
                outage.end()

    def _wait(self) -> None:
        """Until leases come free, the interval is over, or the process stops; in looks short enough for each."""
        self._look()
        until = time.monotonic() + self._scheduler.settings.queue_check_interval_seconds
        while not self._stopped.is_set() and (left := until - time.monotonic()) > 0:
            rang = self._scheduler.store.passes.wait_for_bell(min(left, LOOK_SECONDS))
            self._look()
            if rang:
                return

    def _look(self) -> None:
        """Often, so that an outage is not mistaken for the silence of nodes."""
        if self._scheduler.watch is not None:
            self._scheduler.watch.look(self._scheduler.store)
