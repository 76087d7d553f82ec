"""Retention: forgetting what is older than the service's settings say."""

from collections.abc import Iterator
from typing import cast

from swift_trainer.sdk.shapes import Json
from swift_trainer.sdk.transport import Transport


class Retention:
    """`SwiftTrainer.retention`; for keys with scope admin."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def due(self) -> Json:
        """What would go, by kind: `count`, `oldest_at`, `newest_at`. Nothing goes."""
        return self._ask(dry_run=True)

    def prune(self) -> Iterator[Json]:
        """Let it go, and yield what each request forgot (`kinds`) until nothing old is left."""
        stay = 0
        while True:
            answer = self._ask(dry_run=False, stay=stay)
            yield answer
            if not answer["more"]:
                return
            stay = answer["stay"]

    def _ask(self, **body: bool | int) -> Json:
        return cast("Json", self._transport.request("POST", "/system/prune", body=body))
