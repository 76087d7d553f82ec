"""The queue: what waits, in the order in which it will start."""

from typing import cast

from client.sdk.shapes import QueueItem
from client.sdk.transport import Transport

QueueItems = list[QueueItem]  # inside Queue, `list` is the method


class Queue:
    """`SwiftTrainer.queue`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> QueueItems:
        """All waiting jobs, the next one first."""
        return cast("QueueItems", self._transport.request("GET", "/training/queue")["queue_items"])
