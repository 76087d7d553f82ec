"""The inventory poller: keeps the newest inventory at hand, and says so when the driver stopped answering."""

import threading
import time
from dataclasses import replace

import structlog

from common.nodes import Gpu
from workers.node.inventory.slots import ReadGpus

log = structlog.get_logger()

STALE_SECONDS = 30.0


class InventoryPoller:
    """Reads in a thread of its own: a hanging driver leaves it waiting, and the worker goes on."""

    def __init__(self, read: ReadGpus, interval_seconds: float) -> None:
        self._read = read
        self._interval = interval_seconds
        self._stopped = threading.Event()
        self._first = threading.Event()
        self._gpus: tuple[Gpu, ...] = ()
        self._read_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="inventory", daemon=True)

    def start(self, timeout_seconds: float = 10.0) -> None:
        """Begin, and wait for the first reading."""
        self._thread.start()
        if not self._first.wait(timeout_seconds):
            log.error("gpu_driver_hangs", seconds=timeout_seconds)

    def stop(self) -> None:
        self._stopped.set()

    def gpus(self) -> tuple[Gpu, ...]:
        """The newest reading; all unhealthy once it is older than STALE_SECONDS."""
        if time.monotonic() - self._read_at < STALE_SECONDS:
            return self._gpus
        return tuple(replace(gpu, healthy=False) for gpu in self._gpus)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._gpus, self._read_at = self._read(), time.monotonic()
            except Exception:
                log.exception("gpu_inventory_failed")
            self._first.set()
            self._stopped.wait(self._interval)
