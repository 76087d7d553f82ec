"""Every GPU with who holds it."""

from collections.abc import Collection
from typing import Any

from api.services import Services
from api.services.nodes import left_over
from common.leases import holdings, shared_mib
from common.nodes import DRAINED, NOT_READY, READY, Gpu, Node


def gpu_answers(services: Services) -> list[dict[str, Any]]:
    """The GPUs of all nodes, by node and index."""
    now, leases = services.store.now(), services.store.nodes.leases()
    left = left_over(services.store)
    ttl = services.settings.node_ttl_seconds
    return [
        _answer(node, gpu, leases.get((node.name, gpu.uuid), ""), node.state_at(now, ttl), left)
        for node in services.store.nodes.all()
        for gpu in node.gpus
    ]


def _answer(node: Node, gpu: Gpu, holder: str, node_state: str, left: Collection[str]) -> dict[str, Any]:
    is_left = any(holding.holder in left for holding in holdings(holder))
    status = "held" if is_left else _status(gpu, holder, node_state)
    return {
        "id": gpu.index,
        "uuid": gpu.uuid,
        "node": node.name,
        "node_state": node_state,
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


def _status(gpu: Gpu, holder: str, node_state: str) -> str:
    if node_state not in {READY, NOT_READY, DRAINED}:
        return "node_away"
    if holder:
        return "leased" if shared_mib(holder) is None else "shared"
    if node_state != READY:
        return node_state
    if not gpu.healthy:
        return "unhealthy"
    return "foreign" if gpu.foreign_processes else "free"
