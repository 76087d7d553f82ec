"""The health check: whether the service can take and run jobs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from api.services import Services
from api.services.write_probe import WriteLook
from common.clock import iso, now
from common.errors import ServiceError
from common.nodes import DRAINED, NOT_READY, Node


def health(services: Services) -> dict[str, Any]:
    """Redis, which has to take writes, too, and whether any node has GPUs to offer: a drained one has none."""
    answer: dict[str, Any] = {"status": "healthy", "timestamp": iso(now()), "services": {}, "gpu_count": 0}
    try:
        look = services.write_probe.look()
        moment, ttl = services.probe.now(), services.settings.node_ttl_seconds
        nodes = services.probe.nodes.all()
    except ServiceError as exc:
        return {**answer, "status": "unhealthy", "services": {"redis": exc.message, "gpu_manager": "unknown"}}
    ready = [node for node in nodes if node.takes_work(moment, ttl)]
    gpu_manager = "connected" if ready else _why_none(nodes, moment, ttl)
    gpu_count = sum(len(node.gpus) for node in ready)
    seen = {"redis": redis_in_words(look), "gpu_manager": gpu_manager}
    return {**answer, "services": seen, "gpu_count": gpu_count}


def redis_in_words(look: WriteLook) -> str:
    """`connected`, or what strains it although it takes writes."""
    return "; ".join(text for _, text in look.troubles()) or "connected"


def _why_none(nodes: Sequence[Node], moment: datetime, ttl: float) -> str:
    """What to tell when no node takes work; the first one that could is named."""
    drained = [node for node in nodes if node.state_at(moment, ttl) == DRAINED]
    unready = [node for node in nodes if node.state_at(moment, ttl) == NOT_READY]
    if unready:
        return f"node {unready[0].name} is not ready: {'; '.join(unready[0].why)}"
    return f"node {drained[0].name} is drained" if drained else "no node is connected"
