"""The hub, the one reader of a process: looks at the jobs that somebody waits for, and hands each client what is new to
it.

However many clients look at a job, Redis is asked once per tick; those at the same position share what was read.
"""

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import structlog

from api.live.feeds import Feed
from api.live.frames import Frame
from api.live.subscription import Read, Subscription
from common.errors import JobNotFound, ServiceError
from common.store import Store
from common.store.pulses import Pulse

log = structlog.get_logger()

TICK_SECONDS = 0.1
AWAY_SECONDS = 0.5


class Client(Protocol):
    """Somebody who waits for news of a job."""

    job_id: str

    def serve(self, pulse: Pulse | None, read: Read) -> None:
        """Take what is new; the pulse is None when the job is gone."""

    def drop(self) -> None:
        """Give up waiting."""


class Waiter:
    """Rings when something is new by its own judgement. What it is, whoever waits asks himself."""

    def __init__(self, job_id: str, is_news: Callable[[Pulse], bool], ring: Callable[[], None]) -> None:
        self.job_id = job_id
        self._is_news = is_news
        self._ring = ring

    def serve(self, pulse: Pulse | None, read: Read) -> None:
        if pulse is None or self._is_news(pulse):
            self._ring()

    def drop(self) -> None:
        self._ring()


class Hub:
    """Its thread runs while there are clients."""

    def __init__(self, store: Store, patience_seconds: float) -> None:
        self._store = store
        self._patience_seconds = patience_seconds
        self._condition = threading.Condition()
        self._clients: list[Client] = []
        self._thread: threading.Thread | None = None

    def wait(self, job_id: str, is_news: Callable[[Pulse], bool], ring: Callable[[], None]) -> Callable[[], None]:
        """Ring when there is news of the job, until the function that is returned is called."""
        waiter = Waiter(job_id, is_news, ring)
        self._add(waiter)
        return partial(self.remove, waiter)

    def subscribe(self, job_id: str, feed: Feed, position: str) -> Subscription:
        """A stream from that position on; to be removed when its client is gone."""
        subscription = Subscription(job_id, feed, position, self._patience_seconds)
        self._add(subscription)
        return subscription

    def remove(self, client: Client) -> None:
        """Forget a client; does nothing when it is forgotten already."""
        with self._condition:
            self._clients = [other for other in self._clients if other is not client]

    def _add(self, client: Client) -> None:
        with self._condition:
            self._clients.append(client)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="live-hub", daemon=True)
                self._thread.start()

    def _present(self) -> list[Client]:
        """The clients of the next tick; empty, and the thread counts as ended, when nobody is left."""
        with self._condition:
            if not self._clients:
                self._thread = None
            return list(self._clients)

    def _run(self) -> None:
        away = False
        while clients := self._present():
            try:
                self._tick(clients)
            except ServiceError as exc:
                if not away:
                    log.warning("live_store_away", error=exc.message)
                away = True
            except Exception:
                log.exception("live_tick_failed")
                away = True
            else:
                away = False
            time.sleep(AWAY_SECONDS if away else TICK_SECONDS)

    def _tick(self, clients: Sequence[Client]) -> None:
        pulses = self._store.pulses.read(sorted({client.job_id for client in clients}))
        read = self._shared_read()
        for client in clients:
            try:
                client.serve(pulses.get(client.job_id), read)
            except JobNotFound:
                client.serve(None, read)
            except ServiceError:
                raise
            except Exception:
                # One record that cannot be read must not silence all other streams.
                log.exception("live_client_failed", job_id=client.job_id)
                client.drop()

    def _shared_read(self) -> Read:
        known: dict[tuple[str, str, str], Sequence[Frame]] = {}

        def read(job_id: str, feed: Feed, position: str, pulse: Pulse) -> Sequence[Frame]:
            key = (job_id, feed.name, position)
            if key not in known:
                known[key] = feed.read(self._store, job_id, position, pulse)
            return known[key]

        return read
