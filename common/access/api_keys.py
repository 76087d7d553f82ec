"""API keys: what each may do, and how a sent one is told apart and checked. Only a key's hash is ever stored."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from common.projects import DEFAULT_PROJECT

KEY_NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$"
# Actors that are no keys; a key of such a name would be taken for them in events and in the audit.
RESERVED_NAMES = frozenset({"local", "api_key"})

_ID_BYTES = 6
_SECRET_BYTES = 32
_FORM = re.compile(r"st_(?P<id>[0-9a-f]{12})_(?P<secret>[A-Za-z0-9_-]{43})")


class Scope(StrEnum):
    """What a key may do; each includes the ones before it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    def allows(self, needed: "Scope") -> bool:
        order = list(Scope)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key's record. `hash` is the SHA-256 of the whole key; its 256 random bits need no slow hash."""

    id: str
    name: str
    scope: Scope
    hash: str
    created_at: datetime
    created_by: str = ""
    project: str = DEFAULT_PROJECT
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    def status(self, now: datetime) -> str:
        """active, expired or revoked."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at and self.expires_at <= now else "active"


def new_key() -> tuple[str, str]:
    """(id, whole key) of a fresh key: `st_<id>_<secret>`."""
    key_id = secrets.token_hex(_ID_BYTES)
    return key_id, f"st_{key_id}_{secrets.token_urlsafe(_SECRET_BYTES)}"


def id_in(sent: str) -> str | None:
    """The id in what a client sent, or None when it does not have the form of a key."""
    found = _FORM.fullmatch(sent)
    return found["id"] if found else None


def hash_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def is_key(sent: str, stored_hash: str) -> bool:
    """Whether `sent` is the key of that hash; takes the same time wherever they differ."""
    return hmac.compare_digest(hash_of(sent), stored_hash)
