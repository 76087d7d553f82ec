"""The nodes' heartbeats, what operators say of nodes, and the leases on their GPUs."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from common.clock import from_ms
from common.errors import NodeNotFound
from common.leases import KeptLeases
from common.nodes import Decree, Gpu, Node
from common.store import keys
from common.store.connection import translated_errors
from common.store.outcomes import Outcome
from common.store.scripts import Scripts

_APART_FROM_INFO = (
    "name",
    "boot_id",
    "instance",
    "session",
    "heartbeat_at",
    "state",
    "why",
    "drained",
    "lost",
)


@dataclass(frozen=True, slots=True)
class Beat:
    """The answer to a heartbeat: `word` is OK, TAKEN or FENCED.

    It is taken by `holder`, a hostname; `is_own` when that one speaks for the same disk.

    `known` when the store remembers the last beat of this session: otherwise it is the first, or the store was emptied
    or is an older copy since, and what the node runs has to be compared with it.
    """

    word: Outcome
    known: bool = False
    holder: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class NodeStore:
    """Who is there, with what, and who holds it."""

    scripts: Scripts

    def heartbeat(self, node: Node, ttl_seconds: float, beats: int = 0) -> Beat:
        """Say that the node is alive; `beats` of this session were acknowledged before."""
        info = {name: value for name, value in asdict(node).items() if name not in _APART_FROM_INFO}
        args = ["", node.name, node.instance, node.boot_id, node.session, int(ttl_seconds * 1000), node.state]
        args += [json.dumps(node.why), json.dumps(info), beats]
        names = [keys.node(node.name), keys.NODES, keys.NODES_FENCED]
        text, *rest = self.scripts.call("heartbeat_node", names, args)
        word = Outcome(text)
        if word is Outcome.OK:
            return Beat(word, known=bool(rest[0]))
        return Beat(word, holder=str(rest[0]), is_own=bool(rest[1])) if rest else Beat(word)

    def all(self) -> list[Node]:
        """Every node that ever registered, by name."""
        with translated_errors():
            names = sorted(self.scripts.client.smembers(keys.NODES))
            with self.scripts.client.pipeline(transaction=False) as pipe:
                for name in names:
                    pipe.hgetall(keys.node(name))
                return [_node(record) for record in pipe.execute() if record]

    def get(self, name: str) -> Node:
        """The node of that name. Raises NodeNotFound."""
        with translated_errors():
            record = self.scripts.client.hgetall(keys.node(name))
        if not record:
            raise NodeNotFound(f"there is no node '{name}'", node=name)
        return _node(record)

    def drain(self, name: str, by: str, reason: str) -> Outcome:
        """Place nothing more there; OK or MISSING."""
        return Outcome(self.scripts.call("drain_node", [keys.node(name)], ["", by, reason]))

    def undrain(self, name: str) -> Outcome:
        """Let it take work again; OK or MISSING."""
        return Outcome(self.scripts.call("undrain_node", [keys.node(name), keys.SCHEDULER_BELL], [name]))

    def fence(
        self, name: str, instances: Collection[str], by: str, reason: str, *, ttl_seconds: float, force: bool
    ) -> Outcome:
        """Let its disk, and these that had its name before, never speak again: OK, MISSING or ALIVE.

        The one that speaks is fenced only by `force`.
        """
        args = ["", int(ttl_seconds * 1000), int(force), by, reason, *instances]
        return Outcome(self.scripts.call("fence_node", [keys.node(name), keys.NODES_FENCED], args))

    def fenced(self) -> frozenset[str]:
        """The instances that were declared lost."""
        with translated_errors():
            return frozenset(self.scripts.client.smembers(keys.NODES_FENCED))

    def forget(self, name: str, ttl_seconds: float) -> Outcome:
        """Forget one that does not speak and holds nothing: OK, MISSING, ALIVE or HOLDS_LEASES."""
        args = ["", int(ttl_seconds * 1000), name]
        names = [keys.node(name), keys.NODES, keys.LEASES, keys.node_chores(name)]
        return Outcome(self.scripts.call("forget_node", names, args))

    def kept(self) -> list[KeptLeases]:
        """What jobs still hold that were ended by force."""
        with translated_errors():
            found = self.scripts.client.hgetall(keys.LEASES_KEPT)
        return [KeptLeases.load(name, text) for name, text in sorted(found.items())]

    def release(self, kept: Collection[KeptLeases]) -> None:
        """Free these; the caller has proof that nothing of them is alive."""
        if kept:
            names = [keys.LEASES, keys.LEASES_KEPT, keys.SCHEDULER_BELL]
            self.scripts.call("release_leases", names, [lease.name for lease in kept])

    def leases(self) -> dict[tuple[str, str], str]:
        """(node, GPU uuid) -> `<job id>:<attempt>`."""
        with translated_errors():
            found = self.scripts.client.hgetall(keys.LEASES)
        return {(node, gpu): holder for (node, _, gpu), holder in ((k.partition("/"), v) for k, v in found.items())}


def _node(record: dict[str, str]) -> Node:
    info: dict[str, Any] = json.loads(record["info"])
    gpus = tuple(Gpu(**{**gpu, "foreign_processes": tuple(gpu["foreign_processes"])}) for gpu in info.pop("gpus"))
    estranged = tuple(info.pop("estranged", ()))
    first_port, last_port = info.pop("deploy_ports", (1, 0))
    known_inputs = tuple(info.pop("known_inputs", ()))
    return Node(
        name=record["name"],
        boot_id=record["boot_id"],
        instance=record.get("instance", ""),
        heartbeat_at=from_ms(int(record["heartbeat_at_ms"])),
        session=int(record.get("session") or 1),
        state=record["state"],
        why=tuple(json.loads(record.get("why") or "[]")),
        gpus=gpus,
        deploy_ports=(first_port, last_port),
        known_inputs=known_inputs,
        drained=_decree(record, "drained_at_ms", "drained_by", "drain_reason"),
        lost=_decree(record, "lost_at_ms", "lost_by", "lost_reason"),
        estranged=estranged,
        **info,
    )


def _decree(record: dict[str, str], at: str, by: str, reason: str) -> Decree | None:
    return Decree(from_ms(int(record[at])), record.get(by, ""), record.get(reason, "")) if record.get(at) else None
