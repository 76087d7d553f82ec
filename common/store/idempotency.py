"""A client's Idempotency-Key: the same request makes one job, however often it is sent."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The key, hashed with its owner, and the hash of the body it came with."""

    key_hash: str
    body_hash: str
    keep_hours: int

    @classmethod
    def of(cls, body: Mapping[str, Any], owner: str, key: str | None, keep_hours: int) -> Self | None:
        """Of a validated body; None when the client sent no key."""
        if key is None:
            return None
        canonical = json.dumps(body, sort_keys=True, default=str)
        return cls(
            key_hash=hashlib.sha256(f"{owner}\n{key}".encode()).hexdigest(),
            body_hash=hashlib.sha256(canonical.encode()).hexdigest(),
            keep_hours=keep_hours,
        )
