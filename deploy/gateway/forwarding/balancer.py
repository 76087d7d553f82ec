"""Load balancing: which of several replicas gets the next request: the one with the fewest outstanding ones, in turn
where they tie.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from deploy.routes import Replica

# The same deployment at a new address is another server.
ReplicaId = tuple[str, str]


def id_of(replica: Replica) -> ReplicaId:
    return replica.deployment_id, replica.base_url


class Balancer:
    """Outstanding requests and ejections by replica; they outlive the tables that replicas come from."""

    def __init__(self, eject_seconds: float) -> None:
        self._eject_seconds = eject_seconds
        self._outstanding: dict[ReplicaId, int] = {}
        self._picked: dict[ReplicaId, int] = {}
        self._ejected_until: dict[ReplicaId, float] = {}
        self._picks = 0

    def pick(self, replicas: Sequence[Replica], tried: Collection[ReplicaId], now: float) -> Replica | None:
        """The replica to ask next; None when all were tried.

        Ejected ones are asked when there is no other: a refused connection costs nothing, and it may be back.
        """
        left = [replica for replica in replicas if id_of(replica) not in tried]
        if not left:
            return None
        sound = [replica for replica in left if self._ejected_until.get(id_of(replica), now) <= now]
        picked = min(sound or left, key=self._load)
        self._picks += 1
        self._picked[id_of(picked)] = self._picks
        return picked

    @contextmanager
    def outstanding(self, replica: Replica) -> Iterator[None]:
        """Count a request at the replica for as long as it takes."""
        key = id_of(replica)
        self._outstanding[key] = self._outstanding.get(key, 0) + 1
        try:
            yield
        finally:
            self._outstanding[key] -= 1
            if not self._outstanding[key]:
                del self._outstanding[key]

    def eject(self, replica: Replica, now: float) -> None:
        """Pass it over for a while."""
        self._ejected_until[id_of(replica)] = now + self._eject_seconds

    def count(self, replica: Replica) -> int:
        """How many requests are outstanding there."""
        return self._outstanding.get(id_of(replica), 0)

    def keep(self, replicas: Collection[Replica]) -> None:
        """Forget the turns and ejections of all others; their outstanding requests count on until they end."""
        ids = {id_of(replica) for replica in replicas}
        self._picked = {key: turn for key, turn in self._picked.items() if key in ids}
        self._ejected_until = {key: until for key, until in self._ejected_until.items() if key in ids}

    def _load(self, replica: Replica) -> tuple[int, int]:
        key = id_of(replica)
        return self._outstanding.get(key, 0), self._picked.get(key, 0)
