"""The option catalogs of the ms-swift releases that nodes have, as the nodes themselves made them."""

from dataclasses import dataclass

from common.store import keys
from common.store.connection import RedisClient, translated_errors


@dataclass(frozen=True, slots=True)
class SwiftOptionsStore:
    """Release -> catalog, as text (common.swift.options.parse_catalog)."""

    client: RedisClient

    def publish(self, version: str, text: str) -> bool:
        """Keep the catalog of a release; False when there is one already, which stays."""
        with translated_errors():
            return bool(self.client.hsetnx(keys.SWIFT_OPTIONS, version, text))

    def read(self, version: str) -> str | None:
        """The catalog of a release; None when no node published it."""
        with translated_errors():
            text: str | None = self.client.hget(keys.SWIFT_OPTIONS, version)
        return text
