"""The chores of nodes; they are added by `JobStore.delete`, in the step that forgets the job."""

from dataclasses import dataclass

from common.chores import Chore, dump_chore, load_chore
from common.store import keys
from common.store.connection import RedisClient, translated_errors


@dataclass(frozen=True, slots=True)
class ChoreStore:
    """One list for each node, the oldest first."""

    client: RedisClient

    def of(self, node: str) -> list[Chore]:
        with translated_errors():
            return [load_chore(text) for text in self.client.lrange(keys.node_chores(node), 0, -1)]

    def done(self, node: str, chore: Chore) -> None:
        """Strike it off; doing so twice is fine."""
        with translated_errors():
            self.client.lrem(keys.node_chores(node), 0, dump_chore(chore))
