"""Whether the service can take and run jobs."""

from typing import Any

from api.messages import told
from api.services import Services
from common.clock import iso, now
from common.errors import ServiceError

SLOW_SECONDS = 0.5


def health(services: Services) -> dict[str, Any]:
    """Redis, which has to take writes, too, and whether any node has GPUs to offer."""
    answer: dict[str, Any] = {"status": "healthy", "timestamp": iso(now()), "services": {}, "gpu_count": 0}
    try:
        seconds = services.write_probe.seconds()
        moment, ttl = services.probe.now(), services.settings.node_ttl_seconds
        alive = [node for node in services.probe.nodes.all() if node.is_alive(moment, ttl)]
    except ServiceError as exc:
        return {**answer, "status": "unhealthy", "services": {"redis": told(exc.message), "gpu_manager": "unknown"}}
    gpu_manager = "connected" if alive else told("no node is connected")
    gpu_count = sum(len(node.gpus) for node in alive)
    redis = "connected" if seconds < SLOW_SECONDS else told(f"Redis is slow: a write took {seconds:.1f} s")
    return {**answer, "services": {"redis": redis, "gpu_manager": gpu_manager}, "gpu_count": gpu_count}
