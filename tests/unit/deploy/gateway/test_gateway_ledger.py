"""What the gateway counted is written, also where it is told to stop in that moment."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

from common.errors import StoreUnavailable
from deploy.gateway.forwarding.exchange import Exchange
from deploy.gateway.ledger import Ledger


class Store:
    """Writes when it may go on; `written` has how many requests each time told of."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.written: list[int] = []
        self.fails = False
        self.traffic: Any = SimpleNamespace(add=self._add)
        self.api_keys: Any = SimpleNamespace(note_use=lambda *_: None)

    def _add(self, deployments: Any, *_: Any) -> None:
        self.go_on.wait(30)
        if self.fails:
            raise StoreUnavailable("away")
        self.written.append(sum(traffic.requests for traffic in deployments.values()))


def noted(ledger: Ledger) -> None:
    exchange = Exchange("request-1")
    exchange.deployment_id = "bot~deploy-1"
    ledger.note(exchange)


def test_a_write_that_has_begun_ends_though_its_caller_is_cancelled() -> None:
    async def scenario() -> list[int]:
        store, ledger = Store(), Ledger()
        noted(ledger)
        flushing = asyncio.create_task(ledger.flush(store))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        flushing.cancel()
        await asyncio.wait([flushing])
        store.go_on.set()
        noted(ledger)
        await ledger.flush(store)  # type: ignore[arg-type]
        return store.written

    assert asyncio.run(scenario()) == [1, 1]


def test_a_write_before_a_thread_was_free_for_it_ends_as_well() -> None:
    async def scenario() -> list[int]:
        store, ledger, busy = Store(), Ledger(), threading.Event()
        loop = asyncio.get_running_loop()
        executor = ThreadPoolExecutor(1)
        loop.set_default_executor(executor)
        waits = loop.run_in_executor(None, busy.wait, 30)
        noted(ledger)
        flushing = asyncio.create_task(ledger.flush(store))  # type: ignore[arg-type]
        while executor._work_queue.empty():
            await asyncio.sleep(0)
        flushing.cancel()
        await asyncio.wait([flushing])
        store.go_on.set()
        busy.set()
        await waits
        await ledger.flush(store)  # type: ignore[arg-type]
        return store.written

    assert asyncio.run(scenario()) == [1]


def test_what_could_not_be_written_is_written_with_the_next() -> None:
    async def scenario() -> list[int]:
        store, ledger = Store(), Ledger()
        store.go_on.set()
        store.fails = True
        noted(ledger)
        await ledger.flush(store)  # type: ignore[arg-type]
        store.fails = False
        noted(ledger)
        await ledger.flush(store)  # type: ignore[arg-type]
        return store.written

    assert asyncio.run(scenario()) == [2]
