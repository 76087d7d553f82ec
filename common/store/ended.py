"""The index of what has ended, of all kinds: what may be forgotten one day, the oldest end first."""

from dataclasses import dataclass

from common.store import keys
from common.store.connection import RedisClient, translated_errors


@dataclass(frozen=True, slots=True)
class EndedStore:
    """Jobs and deployments in a final state that were not forgotten, those that were deleted meanwhile included."""

    client: RedisClient

    def before(self, at_ms: int, limit: int) -> list[str]:
        """The ids of the first so many that ended before that moment."""
        with translated_errors():
            return list(self.client.zrange(keys.ENDED, "-inf", f"({at_ms}", byscore=True, offset=0, num=limit))

    def count(self) -> int:
        with translated_errors():
            return int(self.client.zcard(keys.ENDED))
