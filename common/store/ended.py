"""The index of what has ended, of all kinds: what may be forgotten one day, the oldest end first."""

from dataclasses import dataclass
from typing import Any

from common.store import keys
from common.store.connection import RedisClient, translated_errors


@dataclass(frozen=True, slots=True)
class Ended:
    """A job of any kind that has ended, and when."""

    job_id: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Span:
    """How many there are, and when the first and the last of them were; None where there is none."""

    count: int = 0
    oldest_ms: int | None = None
    newest_ms: int | None = None


@dataclass(frozen=True, slots=True)
class EndedStore:
    """Jobs and deployments in a final state that were not forgotten, those that were deleted meanwhile included."""

    client: RedisClient

    def count(self) -> int:
        with translated_errors():
            return int(self.client.zcard(keys.ENDED))

    def page(self, start: int, limit: int, until_ms: int) -> list[Ended]:
        """Those that ended until then, the oldest first, without the first `start`."""
        found = self._call("zrange", start, start + limit - 1, withscores=True)
        return [Ended(job_id, int(at_ms)) for job_id, at_ms in found if at_ms <= until_ms]

    def between(self, after_ms: int, until_ms: int, limit: int) -> list[Ended]:
        """The oldest that ended after the one moment and until the other: `limit`, and who ended with the last one."""
        found = self._range(f"({after_ms}", until_ms, start=0, num=limit)
        return found if len(found) < limit else self._range(f"({after_ms}", found[-1].at_ms)

    def span(self, after_ms: int, until_ms: int) -> Span:
        """Of those that ended between."""
        low = f"({after_ms}"
        oldest = self._range(low, until_ms, start=0, num=1)
        if not oldest:
            return Span()
        newest = self._call("zrevrangebyscore", until_ms, low, start=0, num=1, withscores=True)
        return Span(int(self._call("zcount", low, until_ms)), oldest[0].at_ms, int(newest[0][1]))

    def _range(self, low: str, high: int, **page: int) -> list[Ended]:
        found = self._call("zrangebyscore", low, high, withscores=True, **page)
        return [Ended(job_id, int(at_ms)) for job_id, at_ms in found]

    def _call(self, command: str, *args: Any, **options: Any) -> Any:
        with translated_errors():
            return getattr(self.client, command)(keys.ENDED, *args, **options)
