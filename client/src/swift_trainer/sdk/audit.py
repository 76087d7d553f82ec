"""The audit log: who changed what."""

from collections.abc import Iterator

from swift_trainer.sdk.shapes import Json
from swift_trainer.sdk.transport import Transport

LARGEST_PAGE = 1000


class Audit:
    """`SwiftTrainer.audit`; for keys with scope admin."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, limit: int | None = None) -> Iterator[Json]:
        """Yield entries, newest first, asking for further pages as they are needed."""
        left, cursor = limit, None
        while left is None or left > 0:
            size = LARGEST_PAGE if left is None else min(left, LARGEST_PAGE)
            answer = self._transport.request("GET", "/audit", query={"limit": size, "cursor": cursor})
            yield from answer["entries"]
            cursor = answer["next_cursor"]
            if cursor is None:
                return
            left = None if left is None else left - len(answer["entries"])
