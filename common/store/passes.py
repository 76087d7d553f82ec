"""Which scheduler plans now, and whether placing is paused."""

from dataclasses import dataclass

from common import keys
from common.store.connection import translated_errors
from common.store.scripts import Scripts


@dataclass(frozen=True, slots=True)
class PassStore:
    """The pass lock, its epoch and the pause switch."""

    scripts: Scripts
    ttl_seconds: float

    def begin(self, token: str) -> int:
        """The epoch of the pass that begins now, or 0 when another one runs (it will look again)."""
        names = [keys.SCHEDULER_PASS, keys.SCHEDULER_AGAIN, keys.SCHEDULER_EPOCH]
        return int(self.scripts.call("begin_pass", names, [token, int(self.ttl_seconds * 1000)]))

    def end(self, token: str) -> bool:
        """End the pass; True when a doorbell rang meanwhile and another one is due."""
        return bool(self.scripts.call("end_pass", [keys.SCHEDULER_PASS, keys.SCHEDULER_AGAIN], [token]))

    def is_paused(self) -> bool:
        with translated_errors():
            return bool(self.scripts.client.exists(keys.SCHEDULER_PAUSED))
