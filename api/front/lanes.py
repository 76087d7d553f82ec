"""Lanes, which are thread pools: the threads in which the app answers. Probes have some of their own: they are answered
while all others are taken.
"""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

PROBES = frozenset({"/healthz", "/readyz"})
PROBE_THREADS = 2


class Lanes:
    """Threads for all requests, and others for probes."""

    def __init__(self, threads: int) -> None:
        self._requests = ThreadPoolExecutor(threads, "request")
        self._probes = ThreadPoolExecutor(PROBE_THREADS, "probe")

    async def run(self, path: str, call: Callable[[], T]) -> T:
        """What the call returns, made in a thread, with logging context of its own. One that has begun is not cut off.

        It waits for a thread while all of them are taken.
        """
        pool = self._probes if path in PROBES else self._requests
        return await asyncio.get_running_loop().run_in_executor(pool, contextvars.Context().run, call)

    def close(self) -> None:
        """Begin nothing more; what has begun is left to its end."""
        for pool in (self._requests, self._probes):
            pool.shutdown(wait=False, cancel_futures=True)
