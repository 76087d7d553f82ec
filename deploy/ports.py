"""Refuses a port that somebody has."""

from collections.abc import Collection

from common.errors import StateConflict
from common.leases import PORT_PREFIX, holdings
from common.store import Store


def refuse_leased_port(store: Store, port: int, node_names: Collection[str], own_id: str = "") -> None:
    """A port that others have on every node where it could be had will not come free by itself.

    No names mean all nodes, port 0 any port. Raises StateConflict, naming a holder.
    """
    if not port:
        return
    leases = store.nodes.leases()
    nodes = [node.name for node in store.nodes.all() if not node_names or node.name in node_names]
    values = [leases.get((node, f"{PORT_PREFIX}{port}")) for node in nodes]
    holders = [holdings(value)[0].job_id for value in values if value]
    if nodes and len(holders) == len(nodes) and own_id not in holders:
        text = f"port {port} is leased by {holders[0]}; ask for another one, or for none"
        raise StateConflict(text, job_id=holders[0], port=port)
