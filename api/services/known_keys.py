"""The API keys that this process has seen lately: saves a look at Redis per request, for a few seconds at most."""

import time

import structlog

from common.access.api_keys import ApiKey
from common.clock import now, to_ms
from common.errors import ServiceError
from common.store.api_keys import ApiKeyStore

log = structlog.get_logger()

# A revoked key works for so long at most, in a process that saw it just before.
KEEP_SECONDS = 3.0
NOTE_USE_SECONDS = 60.0
_KNOWN_MAX = 1000


class KnownKeys:
    """Records of keys by id. A key that is not found is looked for again each time: it may be made just now."""

    def __init__(self, store: ApiKeyStore) -> None:
        self._store = store
        self._known: dict[str, tuple[float, ApiKey]] = {}
        self._noted: dict[str, float] = {}

    def get(self, key_id: str) -> ApiKey | None:
        """Raises StoreUnavailable."""
        at, key = self._known.get(key_id, (0.0, None))
        if key is not None and time.monotonic() - at < KEEP_SECONDS:
            return key
        found = self._store.get(key_id)
        if found is None:
            self._known.pop(key_id, None)
            return None
        _keep_small(self._known)
        self._known[key_id] = (time.monotonic(), found)
        return found

    def forget(self, key_id: str) -> None:
        """Look at Redis the next time."""
        self._known.pop(key_id, None)

    def note_use(self, key_id: str) -> None:
        """Write when the key was used, at most once a minute and process; a failure to is no reason to refuse."""
        if time.monotonic() - self._noted.get(key_id, -NOTE_USE_SECONDS) < NOTE_USE_SECONDS:
            return
        _keep_small(self._noted)
        self._noted[key_id] = time.monotonic()
        try:
            self._store.note_use(key_id, to_ms(now()))
        except ServiceError as exc:
            log.warning("key_use_not_noted", key_id=key_id, error=exc.message)


def _keep_small(known: dict[str, object] | dict[str, float] | dict[str, tuple[float, ApiKey]]) -> None:
    if len(known) >= _KNOWN_MAX:
        known.clear()
