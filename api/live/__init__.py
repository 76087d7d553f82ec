"""Live updates: what changes while a client looks on, by server-sent events and long polls, from one reader per
process; the requests that wait for it are held in api/front.
"""

from dataclasses import dataclass

from api.live.hub import Hub
from api.live.seats import Seats
from common.store import Store


@dataclass(frozen=True, slots=True)
class Live:
    """The reader of this process, and the seats it has for those who wait."""

    hub: Hub
    seats: Seats
    heartbeat_seconds: float


def make_live(store: Store, max_clients: int, heartbeat_seconds: float) -> Live:
    """Starts nothing: the reader's thread begins with the first client, in the process that serves it."""
    return Live(Hub(store, patience_seconds=heartbeat_seconds), Seats(max_clients), heartbeat_seconds)
