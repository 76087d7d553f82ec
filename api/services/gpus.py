"""Every GPU with who holds it."""

from typing import Any

from api.services import Services
from common.leases import holdings, shared_mib
from common.nodes import Gpu, Node


def gpu_answers(services: Services) -> list[dict[str, Any]]:
    """The GPUs of all nodes, by node and index."""
    now, leases = services.store.now(), services.store.nodes.leases()
    ttl = services.settings.node_ttl_seconds
    return [
        _answer(node, gpu, leases.get((node.name, gpu.uuid), ""), alive=node.is_alive(now, ttl))
        for node in services.store.nodes.all()
        for gpu in node.gpus
    ]


def _answer(node: Node, gpu: Gpu, holder: str, *, alive: bool) -> dict[str, Any]:
    status = _status(gpu, holder, alive=alive)
    return {
        "id": gpu.index,
        "uuid": gpu.uuid,
        "node": node.name,
        "name": gpu.name,
        "kind": gpu.kind,
        "memory_total": gpu.memory_total_mib,
        "memory_used": gpu.memory_used_mib,
        "memory_free": gpu.memory_free_mib,
        "utilization": gpu.utilization_percent,
        "temperature": gpu.temperature_celsius,
        "status": status,
        "job_id": ",".join(holding.job_id for holding in holdings(holder)) if holder else None,
        "available": status == "free",
        "processes": list(gpu.foreign_processes),
    }


def _status(gpu: Gpu, holder: str, *, alive: bool) -> str:
    if not alive:
        return "node_away"
    if holder:
        return "leased" if shared_mib(holder) is None else "shared"
    if not gpu.healthy:
        return "unhealthy"
    return "foreign" if gpu.foreign_processes else "free"
