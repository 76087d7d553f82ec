"""Whether Redis takes writes now: tried at most once a second in this process, however many ask."""

import threading
import time

from common.errors import ServiceError
from common.store import Store

KEEP_SECONDS = 1.0


class WriteProbe:
    """Reading tells too little: a Redis that is full, or a replica by mistake, answers every question."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._tried_at = -KEEP_SECONDS
        self._seconds = 0.0
        self._error: ServiceError | None = None

    def seconds(self) -> float:
        """How long the newest write took. Raises StoreFull or StoreUnavailable."""
        with self._lock:  # those who ask meanwhile share the answer
            if time.monotonic() - self._tried_at >= KEEP_SECONDS:
                self._try()
            if self._error is not None:
                raise type(self._error)(self._error.message)
            return self._seconds

    def _try(self) -> None:
        began, self._error = time.monotonic(), None
        try:
            self._store.probe_write()
        except ServiceError as refused:
            self._error = refused
        self._tried_at = time.monotonic()
        self._seconds = self._tried_at - began
