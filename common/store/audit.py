"""The audit log: who changed what, as a bounded stream, newest read first."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from common.store import keys
from common.store.connection import RedisClient, translated_errors
from common.store.ended import Span

# A stream's entry id. Anything else would be an error of Redis.
CURSOR_PATTERN = r"^\d{1,19}-\d{1,19}$"
_PAGE = 1000
_CURSOR = re.compile(CURSOR_PATTERN)


@dataclass(frozen=True, slots=True)
class AuditStore:
    """The audit of all changes."""

    client: RedisClient
    entries_max: int

    def write(self, entry: Mapping[str, str]) -> None:
        with translated_errors():
            self.client.xadd(keys.AUDIT, dict(entry), maxlen=self.entries_max, approximate=True)

    def span(self, until_ms: int) -> Span:
        """Of the entries that were written until then."""
        with translated_errors():
            oldest = self.client.xrange(keys.AUDIT, max=until_ms, count=1)
            newest = self.client.xrevrange(keys.AUDIT, max=until_ms, count=1)
        count = sum(map(len, self._pages(until_ms)))
        return Span(count, _written_ms(oldest[0]), _written_ms(newest[0])) if oldest else Span()

    def forget(self, until_ms: int, limit: int) -> int:
        """Forget the oldest entries that were written until then, `limit` at most; returns how many."""
        with translated_errors():
            found = self.client.xrange(keys.AUDIT, max=until_ms, count=limit)
            return int(self.client.xdel(keys.AUDIT, *(entry_id for entry_id, _ in found))) if found else 0

    def page(self, limit: int, before: str | None = None) -> tuple[list[dict[str, str]], str | None]:
        """The newest entries, or those older than the entry `before`; and where to go on, None at the end."""
        newest = f"({before}" if before and _CURSOR.fullmatch(before) else "+"
        with translated_errors():
            found = self.client.xrevrange(keys.AUDIT, max=newest, min="-", count=limit)
        entries = [{"id": entry_id, **fields} for entry_id, fields in found]
        return entries, entries[-1]["id"] if len(entries) == limit else None

    def _pages(self, until_ms: int) -> Iterator[list[tuple[str, dict[str, str]]]]:
        """Piece by piece: nobody else waits for Redis meanwhile."""
        start = "-"
        while True:
            with translated_errors():
                found = self.client.xrange(keys.AUDIT, min=start, max=until_ms, count=_PAGE)
            yield found
            if len(found) < _PAGE:
                return
            start = f"({found[-1][0]}"


def _written_ms(entry: tuple[str, dict[str, str]]) -> int:
    return int(entry[0].partition("-")[0])
