"""Whether Redis takes writes now, and how it does: tried at most once a second in this process, however many ask."""

import threading
import time
from dataclasses import dataclass

from common.errors import ServiceError
from common.store import Store
from common.store.strain import Strain

KEEP_SECONDS = 1.0
SLOW_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class WriteLook:
    """A write that was taken: how long that took, and the strain that Redis is under."""

    seconds: float
    strain: Strain

    def troubles(self) -> list[tuple[str, str]]:
        """As `Strain` has them, slowness first."""
        slow = [("redis_slow", f"Redis is slow: a write took {self.seconds:.1f} s")]
        return [*(slow if self.seconds >= SLOW_SECONDS else []), *self.strain.troubles()]


class WriteProbe:
    """Reading tells too little: a Redis that is full, or a replica by mistake, answers every question."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._tried_at = -KEEP_SECONDS
        self._found: WriteLook | ServiceError | None = None

    def look(self) -> WriteLook:
        """The newest. Raises StoreFull or StoreUnavailable."""
        with self._lock:  # those who ask meanwhile share the answer
            if self._found is None or time.monotonic() - self._tried_at >= KEEP_SECONDS:
                self._found = self._try()
                self._tried_at = time.monotonic()
            if isinstance(self._found, ServiceError):
                raise type(self._found)(self._found.message)
            return self._found

    def _try(self) -> WriteLook | ServiceError:
        began = time.monotonic()
        try:
            self._store.probe_write()
            seconds = time.monotonic() - began
            return WriteLook(seconds, self._store.facts.strain())
        except ServiceError as refused:
            return refused
