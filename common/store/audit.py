"""Who changed what: a bounded stream, newest read first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from common.store import keys
from common.store.connection import RedisClient, translated_errors

# A stream's entry id. Anything else would be an error of Redis.
CURSOR_PATTERN = r"^\d{1,19}-\d{1,19}$"
_CURSOR = re.compile(CURSOR_PATTERN)


@dataclass(frozen=True, slots=True)
class AuditStore:
    """The audit of all changes."""

    client: RedisClient
    entries_max: int

    def write(self, entry: Mapping[str, str]) -> None:
        with translated_errors():
            self.client.xadd(keys.AUDIT, dict(entry), maxlen=self.entries_max, approximate=True)

    def page(self, limit: int, before: str | None = None) -> tuple[list[dict[str, str]], str | None]:
        """The newest entries, or those older than the entry `before`; and where to go on, None at the end."""
        newest = f"({before}" if before and _CURSOR.fullmatch(before) else "+"
        with translated_errors():
            found = self.client.xrevrange(keys.AUDIT, max=newest, min="-", count=limit)
        entries = [{"id": entry_id, **fields} for entry_id, fields in found]
        return entries, entries[-1]["id"] if len(entries) == limit else None
