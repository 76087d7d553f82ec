"""Leader election: of any number of processes of a kind the one that holds their lock acts, the others wait for it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol
from uuid import uuid4

import structlog

from common.errors import ServiceError, StoreUnavailable
from common.store.outage import Outage

log = structlog.get_logger()

LOOK_SECONDS = 1.0


class Lock(Protocol):
    """A lock that is free again when its time is over."""

    def take_turn(self, token: str, seconds: float) -> bool:
        """Take it or keep it, for so long from now; False when another has it."""

    def end_turn(self, token: str) -> None:
        """Give it back."""


class Candidate:
    """One per process; `failed` is the event that the log has of a look that something unforeseen ended."""

    def __init__(self, lock: Lock, lock_seconds: float, failed: str) -> None:
        self._lock = lock
        self._lock_seconds = lock_seconds
        self._failed = failed
        self._token = uuid4().hex
        self._outage = Outage()

    def leads(self) -> bool:
        """Whether this process acts, until the lock's time is over; asked before each look."""
        return self._lock.take_turn(self._token, self._lock_seconds)

    def run(self, look: Callable[[], bool], rest: Callable[[bool], object], stopped: threading.Event) -> None:
        """Look, and rest by what came of it, until it is stopped; an absent Redis is waited for."""
        while not stopped.is_set():
            try:
                found = look()
                self._outage.end()
                rest(found)
            except StoreUnavailable as exc:
                self._outage.note(exc.message)
                stopped.wait(LOOK_SECONDS)
            except Exception:
                log.exception(self._failed)
                stopped.wait(LOOK_SECONDS)
        self._let_go()

    def _let_go(self) -> None:
        try:
            self._lock.end_turn(self._token)
        except ServiceError as exc:
            log.warning("turn_not_ended", error=exc.message)


@contextmanager
def guarded(duty: str) -> Iterator[None]:
    """What one duty of the leader cannot get over does not keep the others from theirs."""
    try:
        yield
    except ServiceError:
        raise
    except Exception:
        log.exception("duty_failed", duty=duty)
