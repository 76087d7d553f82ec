"""Claims on names and ports: a name is one model, a deployment's own or an adapter's; a port is one server's."""

from collections.abc import Collection

from common.errors import StateConflict
from common.jobs import Job
from common.leases import PORT_PREFIX, holdings
from common.models import Model
from common.store import Store


def refuse_taken_names(store: Store, name: str, adapters: Collection[str]) -> None:
    """A name that another model answers to, or will, cannot be had, be it as a model or as an adapter.

    Two that are asked for in the same moment may both be had: then a router prefers the model to the adapter.
    Raises StateConflict.
    """
    others = [model for model in store.models.all() if model.name != name]
    taken = {model.name for model in others}.intersection(adapters)
    if taken:
        adapter = min(taken)
        raise StateConflict(f"there is a model '{adapter}' already; give the adapter another name", model=adapter)
    for job in (job for model in others for job in _serving(store, model)):
        theirs = job.spec.serving.adapters
        if name in theirs:
            text = f"{job.id} has an adapter '{name}'; choose another name, or delete that deployment"
            raise StateConflict(text, job_id=job.id, model=name)
        for adapter in adapters:
            if adapter in theirs:
                text = f"{job.id} has an adapter '{adapter}', too; give this one another name"
                raise StateConflict(text, job_id=job.id, model=adapter)


def _serving(store: Store, model: Model) -> list[Job]:
    """Its deployments but for those that have ended and that no version has a use for."""
    return [
        job
        for job in store.jobs.get_many(store.models.ids_of(model.name))
        if not job.is_final or job.spec.serving.version in {model.active, model.wanted}
    ]


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
