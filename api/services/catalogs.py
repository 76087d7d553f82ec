"""Option catalogs: the options that the nodes' ms-swift has, to check a job against before it waits for a GPU."""

import threading
import time
from functools import lru_cache

from common.settings import Settings
from common.store import Store
from common.store.swift_options import SwiftOptionsStore
from common.swift.options import Catalog, nearest_catalog, parse_catalog
from common.swift.options.bundled import newest_catalog
from common.swift.options.release import release

_KEEP_SECONDS = 10.0
_CATALOGS_MAX = 16


class Catalogs:
    """The catalogs of the nodes' releases, newest first; asked for again after some seconds."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._lock = threading.Lock()
        self._until = 0.0
        self._found: tuple[Catalog, ...] = ()

    def now(self) -> tuple[Catalog, ...]:
        """At least one: that of the newest release this service knows, while no node has said what it has."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._found = tuple(_catalog(self._store.swift_options, version) for version in self._versions())
                self._until = time.monotonic() + _KEEP_SECONDS
            return self._found

    def _versions(self) -> list[str]:
        now, ttl = self._store.now(), self._settings.node_ttl_seconds
        alive = {node.swift_version for node in self._store.nodes.all() if node.is_alive(now, ttl)}
        newest_first = sorted(alive - {""}, key=release, reverse=True)
        return newest_first[:_CATALOGS_MAX] or [newest_catalog().version]


def _catalog(store: SwiftOptionsStore, version: str) -> Catalog:
    text = store.read(version)
    try:
        return _parsed(text) if text else nearest_catalog(version)
    except ValueError:  # written by a worker of another release of this service
        return nearest_catalog(version)


@lru_cache(maxsize=_CATALOGS_MAX)
def _parsed(text: str) -> Catalog:
    return parse_catalog(text)
