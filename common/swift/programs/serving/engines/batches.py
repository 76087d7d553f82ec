"""Batches of the transformers back end: a thread that takes the rows that wait, as many as go together, and generates.

A row ends by itself, within one token of its last, or of its client's leaving; the batch ends with its last row. Static
batching: who comes later waits for the batch that runs.
"""

# The swift environment has these libraries; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found, no-any-unimported"

import asyncio
import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from .rows import Asked, Row

log = logging.getLogger(__name__)

# Requests that came together are to be generated together, though each is encoded by itself.
GATHER_SECONDS = 0.05
_LOOK_SECONDS = 0.002

Generate = Callable[[Sequence[Row]], None]
Deliveries = list[tuple[Asked, Any]]


class Batches:
    """Runs `generate` on up to `rows_max` rows of one adapter at a time (0 or less: on all that wait)."""

    def __init__(self, generate: Generate, rows_max: int) -> None:
        self._generate = generate
        self._rows_max = rows_max
        self._waiting: deque[Row] = deque()
        self._changed = threading.Condition()
        self._encoding = 0
        self._thread: threading.Thread | None = None

    def announce(self) -> None:
        """A request is being encoded: its rows come soon, unless `withdraw` says that they do not."""
        with self._changed:
            self._encoding += 1

    def withdraw(self) -> None:
        with self._changed:
            self._encoding -= 1

    def add(self, rows: Sequence[Row]) -> None:
        """Of a request that was announced."""
        with self._changed:
            self._encoding -= 1
            self._waiting.extend(rows)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="batches", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
            self._gather()
            rows = self._take()
            if rows:
                self._run_batch(rows)

    def _gather(self) -> None:
        """Wait a moment for those that are being encoded."""
        until = time.monotonic() + GATHER_SECONDS
        while self._encoding and not self._is_full() and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)

    def _is_full(self) -> bool:
        return 0 < self._rows_max <= len(self._waiting)

    def _take(self) -> list[Row]:
        """The first that waits, and others that go with it: of each request one row, in the order in which they came,
        before any has a second one. A request of many choices is not in the way of those behind it.
        """
        with self._changed:
            waiting = [row for row in self._waiting if not row.is_over]
            fitting = [row for row in waiting if row.ask.adapter == waiting[0].ask.adapter]
            turns: Counter[int] = Counter()
            by_turn: list[tuple[int, Row]] = []
            for row in fitting:
                by_turn.append((turns[id(row.asked)], row))
                turns[id(row.asked)] += 1
            by_turn.sort(key=lambda each: each[0])
            taken = [row for _, row in by_turn[: self._rows_max if self._rows_max > 0 else None]]
            self._waiting = deque(row for row in waiting if row not in taken)
        return taken

    def _run_batch(self, rows: Sequence[Row]) -> None:
        """One that fails as a whole is run in halves, so that no request fails by another's fault."""
        try:
            self._generate(rows)
        except Exception as problem:
            rows = [row for row in rows if not row.is_over]
            fresh = [row for row in rows if not row.count]
            if len(fresh) > 1:
                log.warning("a batch of %d failed (%s): its rows are run in halves", len(rows), type(problem).__name__)
                fail([row for row in rows if row.count], problem)
                forget_failure()
                self._run_batch(fresh[: len(fresh) // 2])
                self._run_batch(fresh[len(fresh) // 2 :])
            else:
                fail(rows, problem)
        else:
            deliver([(row.asked, piece) for row in rows if (piece := row.cut_off()) is not None])


def fail(rows: Sequence[Row], problem: Exception) -> None:
    """Tell those who wait for these rows."""
    deliver([(row.asked, problem) for row in rows])


def forget_failure() -> None:
    """Give back what a failed batch held on a GPU."""
    import torch  # noqa: PLC0415 - seconds

    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def deliver(pieces: Deliveries) -> None:
    """To the loops that wait for them: one call for all of a step."""
    by_loop: dict[asyncio.AbstractEventLoop, Deliveries] = {}
    for asked, piece in pieces:
        by_loop.setdefault(asked.loop, []).append((asked, piece))
    for loop, of_loop in by_loop.items():
        with suppress(RuntimeError):  # it is closed: nobody waits there any more
            loop.call_soon_threadsafe(_put, of_loop)


def _put(pieces: Deliveries) -> None:
    for asked, piece in pieces:
        asked.pieces.put_nowait(piece)
