"""Says every few seconds that this node is alive, with what it has; tells the agent when it was silent for too long."""

import threading
import time
from collections.abc import Callable

import psutil
import structlog

from common.clock import now
from common.errors import StoreFull, StoreUnavailable
from common.nodes import Node
from workers.node import LocalNode

log = structlog.get_logger()

READY = "ready"
DRAINING = "draining"
GONE = "gone"


class Heartbeat:
    """A thread of its own: Celery's timers stand still while the broker is away.

    `reconcile` is called before the node offers its GPUs for the first time, and again after each silence as long as
    the TTL: whatever was decided meanwhile about this node's attempts has to be carried out first.
    """

    def __init__(self, node: LocalNode, instance: str, hostname: str, reconcile: Callable[[], None]) -> None:
        self._node = node
        self._instance = instance
        self._hostname = hostname
        self._reconcile = reconcile
        self._stopped = threading.Event()
        self._heard_at: float | None = None
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye, so that nothing is placed here; running jobs are not touched."""
        self._stopped.set()
        self._thread.join(timeout=10)
        try:
            self._beat(GONE)
        except (StoreUnavailable, StoreFull) as exc:
            log.warning("goodbye_not_said", error=exc.message)

    def _run(self) -> None:
        away = False
        while not self._stopped.is_set():
            try:
                self._once()
            except (StoreUnavailable, StoreFull) as exc:
                if not away:
                    log.warning("store_away", error=exc.message)
                away = True
            except Exception:
                log.exception("heartbeat_failed")
            else:
                if away:
                    log.info("store_back")
                away = False
            self._stopped.wait(self._node.settings.heartbeat_seconds)

    def _once(self) -> None:
        silent = self._heard_at is None or time.monotonic() - self._heard_at > self._node.settings.node_ttl_seconds
        if silent:
            if not self._beat(DRAINING):
                log.error("node_name_taken", node=self._node.name)
                return
            self._reconcile()
        if self._beat(READY):
            self._heard_at = time.monotonic()
        else:
            log.error("node_name_taken", node=self._node.name)

    def _beat(self, state: str) -> bool:
        memory = psutil.virtual_memory()
        node = Node(
            name=self._node.name,
            boot_id=self._node.boot_id,
            instance=self._instance,
            hostname=self._hostname,
            heartbeat_at=now(),
            gpus=self._node.inventory.gpus(),
            labels=dict(self._node.settings.node_labels),
            swift_version=self._node.swift_version,
            quantizer_packages=dict(self._node.quantizer_packages),
            cpu_count=psutil.cpu_count() or 0,
            cpu_percent=psutil.cpu_percent(),
            memory_total_bytes=memory.total,
            memory_used_bytes=memory.used,
            state=state,
            deploy_ports=self._node.settings.deploy_ports,
        )
        return self._node.store.nodes.heartbeat(node, self._node.settings.node_ttl_seconds)
