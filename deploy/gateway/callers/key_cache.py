"""Records of API keys, asked from Redis without holding up the event loop and kept for a few seconds."""

import asyncio
import time
from dataclasses import dataclass

import structlog

from common.access.api_keys import ApiKey
from common.errors import ServiceError
from common.store.api_keys import ApiKeyStore

log = structlog.get_logger()

# A revoked key works for so long at most.
KEEP_SECONDS = 3.0
# A Redis that hangs holds up a key that was fine a moment ago no longer than this.
PATIENCE_SECONDS = 1.0
_KNOWN_MAX = 1000


@dataclass(slots=True)
class _Known:
    """`seen_at` is when Redis told it, `asked_at` when it was asked last, with or without an answer."""

    key: ApiKey
    seen_at: float
    asked_at: float


class KeyCache:
    """While Redis is away, keys that were seen before count on, for `stale_seconds` at most.

    A key that is not found is looked for again each time: it may be made just now.
    """

    def __init__(self, store: ApiKeyStore, stale_seconds: float) -> None:
        self._store = store
        self._stale_seconds = stale_seconds
        self._known: dict[str, _Known] = {}
        self._looks: dict[str, asyncio.Task[ApiKey | None]] = {}

    async def get(self, key_id: str) -> ApiKey | None:
        """The record of the key. Raises StoreUnavailable when it is not known lately and Redis is away."""
        known = self._known.get(key_id)
        if known is None:
            # Shielded, here and below: the look is shared, a client that leaves ends only its own request.
            return await asyncio.shield(self._look(key_id))
        if time.monotonic() - known.asked_at < KEEP_SECONDS:
            return known.key
        try:
            return await asyncio.wait_for(asyncio.shield(self._look(key_id)), PATIENCE_SECONDS)
        except (ServiceError, TimeoutError) as exc:
            known.asked_at = time.monotonic()
            if known.asked_at - known.seen_at > self._stale_seconds:
                raise
            log.warning("api_key_not_checked_anew", key_id=key_id, error=str(exc) or type(exc).__name__)
            return known.key

    def _look(self, key_id: str) -> asyncio.Task[ApiKey | None]:
        """One look at Redis, however many wait for it."""
        look = self._looks.get(key_id)
        if look is None:
            look = self._looks[key_id] = asyncio.create_task(self._ask(key_id))
            look.add_done_callback(lambda done: self._end_look(key_id, done))
        return look

    def _end_look(self, key_id: str, look: asyncio.Task[ApiKey | None]) -> None:
        del self._looks[key_id]
        if not look.cancelled():
            look.exception()  # seen, even when everybody who waited has left

    async def _ask(self, key_id: str) -> ApiKey | None:
        found = await asyncio.to_thread(self._store.get, key_id)
        if found is None:
            self._known.pop(key_id, None)
            return None
        if len(self._known) >= _KNOWN_MAX:
            self._known.clear()
        at = time.monotonic()
        self._known[key_id] = _Known(found, at, at)
        return found
