"""Making and revoking API keys."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from api.services import Services
from common.access.api_keys import ApiKey, Scope, hash_of, new_key
from common.clock import now
from common.errors import KeyNameTaken, KeyNotFound
from common.secret import Secret

log = structlog.get_logger()

KEYS_MAX = 1000


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A fresh key: what is kept of it, and the whole of it, which is not."""

    record: ApiKey
    key: Secret


def make_key(services: Services, body: dict[str, Any], actor: str) -> MadeKey:
    """Raises KeyNameTaken."""
    if services.store.api_keys.count() >= KEYS_MAX:
        raise KeyNameTaken(f"there are {KEYS_MAX} keys already: revoke some", name=body["name"])
    key_id, key = new_key()
    made_at = now()
    record = ApiKey(
        id=key_id,
        name=body["name"],
        scope=Scope(body["scope"]),
        hash=hash_of(key),
        created_at=made_at,
        created_by=actor,
        expires_at=made_at + timedelta(seconds=body["expires_in"]) if body["expires_in"] else None,
    )
    services.store.api_keys.create(record)
    log.info("key_created", key_id=key_id, name=record.name, scope=str(record.scope), actor=actor)
    return MadeKey(record, Secret(key))


def revoke_key(services: Services, id_or_name: str, actor: str) -> None:
    """End a key for good. Twice is fine. Raises KeyNotFound."""
    store = services.store.api_keys
    key_id = store.id_of(id_or_name) or id_or_name
    if not store.revoke(key_id):
        shown = id_or_name[:64]
        raise KeyNotFound(f"there is no API key '{shown}'", key=shown)
    services.known_keys.forget(key_id)
    log.info("key_revoked", key_id=key_id, actor=actor)
