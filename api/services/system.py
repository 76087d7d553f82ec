"""System status: memory, processors and GPUs of all nodes, each and in sum."""

from typing import Any

from api.services import Services
from common.clock import iso
from common.nodes import Node


def system_status(services: Services) -> dict[str, Any]:
    """The sum counts nodes whose heartbeat is fresh; the others are listed with what they said last."""
    now, ttl = services.store.now(), services.settings.node_ttl_seconds
    nodes = services.store.nodes.all()
    alive = [node for node in nodes if node.is_alive(now, ttl)]
    return {
        "system": {"memory": _memory(alive), "cpu": _cpu(alive)},
        "gpu": _gpu(alive),
        "nodes": [_node(node, alive=node in alive, state=node.state_at(now, ttl)) for node in nodes],
    }


def _node(node: Node, *, alive: bool, state: str) -> dict[str, Any]:
    return {
        "node": node.name,
        "alive": alive,
        "state": state,
        "heartbeat_at": iso(node.heartbeat_at),
        "swift_version": node.swift_version,
        "quantizer_packages": node.quantizer_packages,
        "system": {"memory": _memory([node]), "cpu": _cpu([node])},
        "disk": _disk(node),
        "gpu": _gpu([node]),
    }


def _memory(nodes: list[Node]) -> dict[str, Any]:
    total = sum(node.memory_total_bytes for node in nodes)
    used = sum(node.memory_used_bytes for node in nodes)
    return {"total": total, "used": used, "available": max(0, total - used), "percent": _percent(used, total)}


def _disk(node: Node) -> dict[str, Any]:
    total, free = node.disk_total_bytes, node.disk_free_bytes
    return {"total": total, "free": free, "percent": _percent(total - free, total)}


def _cpu(nodes: list[Node]) -> dict[str, Any]:
    count = sum(node.cpu_count for node in nodes)
    busy = sum(node.cpu_percent * node.cpu_count for node in nodes)
    return {"usage_percent": round(busy / count, 2) if count else 0.0, "count": count}


def _gpu(nodes: list[Node]) -> dict[str, Any]:
    gpus = [gpu for node in nodes for gpu in node.gpus]
    total, used = sum(gpu.memory_total_mib for gpu in gpus), sum(gpu.memory_used_mib for gpu in gpus)
    return {
        "count": len(gpus),
        "total_memory": total,
        "used_memory": used,
        "memory_usage_percent": _percent(used, total),
    }


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0
