"""Live updates: what changes while a client looks on, by server-sent events and long polls, served by one reader per
process.
"""

from dataclasses import dataclass

from api.live.hub import Hub
from api.live.places import Places
from common.store import Store


@dataclass(frozen=True, slots=True)
class Live:
    """The reader of this process, and the places it has for those who wait."""

    hub: Hub
    places: Places
    heartbeat_seconds: float


def make_live(store: Store, max_clients: int, heartbeat_seconds: float) -> Live:
    """Starts nothing: the reader's thread begins with the first client, in the process that serves it."""
    return Live(Hub(store, patience_seconds=heartbeat_seconds), Places(max_clients), heartbeat_seconds)
