"""The queue: what waits, in the order in which it will start, and what steers it."""

from typing import cast
from urllib.parse import quote

from swift_trainer.sdk.shapes import Json, QueueItem
from swift_trainer.sdk.transport import Transport

QueueItems = list[QueueItem]  # inside Queue, `list` is the method


class Queue:
    """`SwiftTrainer.queue`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> QueueItems:
        """All waiting jobs, the next one first."""
        return cast("QueueItems", self._transport.request("GET", "/training/queue")["queue_items"])

    def process(self) -> Json:
        """Run one scheduling pass now; answers `message` and what it did as `result`."""
        return self._ask("POST", "/training/queue/process")

    def pause(self) -> Json:
        """Place nothing more until resumed; what runs goes on."""
        return self._ask("POST", "/training/queue/processor/stop")

    def resume(self) -> Json:
        """Place jobs again."""
        return self._ask("POST", "/training/queue/processor/start")

    def processor(self) -> Json:
        """Whether jobs are placed (`running`), since when not and by whom, and what the last pass did."""
        return self._ask("GET", "/training/queue/processor/status")

    def hold(self, job_id: str) -> Json:
        """Take a waiting job out of the queue; `jobs.start` puts it back. Raises NotFound when it does not wait."""
        return self._ask("DELETE", f"/training/queue/{quote(job_id, safe='')}")

    def _ask(self, method: str, path: str) -> Json:
        return cast("Json", self._transport.request(method, path))
