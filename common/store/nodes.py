"""The nodes' heartbeats and the leases on their GPUs."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from common import keys
from common.clock import from_ms
from common.nodes import Gpu, Node
from common.store.connection import translated_errors
from common.store.scripts import Scripts


@dataclass(frozen=True, slots=True)
class Beat:
    """The answer to a heartbeat: `word` is `ok`, `taken` or `fenced`.

    It is taken by `holder`, a hostname; `is_own` when that one speaks for the same disk.

    `known` when the store remembers the last beat of this session: otherwise it is the first, or the store was emptied
    or is an older copy since, and what the node runs has to be compared with it.
    """

    word: str
    known: bool = False
    holder: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class NodeStore:
    """Who is there, with what, and who holds it."""

    scripts: Scripts

    def heartbeat(self, node: Node, ttl_seconds: float, beats: int = 0) -> Beat:
        """Say that the node is alive; `beats` of this session were acknowledged before."""
        info = asdict(node)
        for field in ("name", "boot_id", "instance", "session", "heartbeat_at", "state", "why"):
            del info[field]
        args = ["", node.name, node.instance, node.boot_id, node.session, int(ttl_seconds * 1000), node.state]
        args += [json.dumps(node.why), json.dumps(info), beats]
        names = [keys.node(node.name), keys.NODES, keys.NODES_FENCED]
        word, *rest = self.scripts.call("heartbeat_node", names, args)
        if word == "ok":
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

    def fenced(self) -> frozenset[str]:
        """The instances that were declared lost."""
        with translated_errors():
            return frozenset(self.scripts.client.smembers(keys.NODES_FENCED))

    def leases(self) -> dict[tuple[str, str], str]:
        """(node, GPU uuid) -> `<job id>:<attempt>`."""
        with translated_errors():
            found = self.scripts.client.hgetall(keys.LEASES)
        return {(node, gpu): holder for (node, _, gpu), holder in ((k.partition("/"), v) for k, v in found.items())}


def _node(record: dict[str, str]) -> Node:
    info: dict[str, Any] = json.loads(record["info"])
    gpus = tuple(Gpu(**{**gpu, "foreign_processes": tuple(gpu["foreign_processes"])}) for gpu in info.pop("gpus"))
    first_port, last_port = info.pop("deploy_ports", (1, 0))
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
        **info,
    )
