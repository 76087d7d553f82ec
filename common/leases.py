"""Who holds a GPU or a port, as it is written in the leases.

A holder is `<job id>:<attempt>`. A GPU that is shared has `<job id>:<attempt>=<MiB>` for each, with commas between.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

PORT_PREFIX = "port:"


@dataclass(frozen=True, slots=True)
class Holding:
    """One holder's part: `mib` of the GPU's memory, or None for all of it (or for a port)."""

    job_id: str
    attempt: int
    mib: int | None = None

    @property
    def holder(self) -> str:
        return f"{self.job_id}:{self.attempt}"


@dataclass(frozen=True, slots=True)
class KeptLeases:
    """What an attempt still holds of one node whose job was ended by force, until its death there is proved.

    `name` is that of its entry in `st:leases:kept`: the holder, with `/<node>` behind it for nodes beyond the first.
    """

    name: str
    job_id: str
    attempt: int
    node: str
    instance: str
    task_id: str
    gpu_ids: tuple[str, ...] = ()
    port: int | None = None

    @property
    def holder(self) -> str:
        return f"{self.job_id}:{self.attempt}"

    @staticmethod
    def load(name: str, text: str) -> "KeptLeases":
        """Of an entry of `st:leases:kept`."""
        job_id, _, attempt = name.partition("/")[0].rpartition(":")
        of = json.loads(text)
        gpu_ids = tuple(filter(None, of["gpu_ids"].split(",")))
        port = int(of["port"]) if of["port"] else None
        return KeptLeases(name, job_id, int(attempt), of["node"], of["instance"], of["task_id"], gpu_ids, port)


def holdings(value: str) -> tuple[Holding, ...]:
    """The parts that a lease's value names; none when there is no lease."""
    return tuple(_holding(part) for part in value.split(",")) if value else ()


def by_node(leases: Mapping[tuple[str, str], str]) -> dict[str, dict[str, str]]:
    """The leases of `NodeStore.leases` by node, and then by GPU or port."""
    found: dict[str, dict[str, str]] = {}
    for (name, what), value in leases.items():
        found.setdefault(name, {})[what] = value
    return found


def shared_mib(value: str) -> int | None:
    """How much of a shared GPU is taken, in MiB; None when one holder has all of it."""
    parts = [holding.mib for holding in holdings(value)]
    return None if None in parts else sum(filter(None, parts))


def _holding(part: str) -> Holding:
    holder, _, mib = part.partition("=")
    job_id, _, attempt = holder.rpartition(":")
    return Holding(job_id, int(attempt), int(mib) if mib else None)
