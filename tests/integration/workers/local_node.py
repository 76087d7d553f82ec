"""A node over a real Redis for tests of what runs on it, with only what matters spelled out."""

import threading
from typing import Any

from common.settings import Settings
from common.store import Store
from workers.node.instance import Identity, Instance
from workers.node.inventory.poller import InventoryPoller
from workers.node.inventory.slots import cpu_slots
from workers.node.known_inputs import KnownInputs
from workers.node.local import InstalledSwift, LocalNode


def make_local_node(settings: Settings, store: Store, **changes: Any) -> LocalNode:
    """Two CPU slots of node-1, boot-1 and instance-1; its hints go nowhere."""
    values: dict[str, Any] = {
        "settings": settings,
        "store": store,
        "inventory": InventoryPoller(lambda: cpu_slots(2), 1),
        "boot_id": "boot-1",
        "swift": InstalledSwift("4.6.0"),
        "send_run": lambda *_: None,
        "detach": threading.Event(),
        "known_inputs": KnownInputs(settings.data_dir),
        "identity": Identity(Instance("instance-1", 1)),
    }
    return LocalNode(**{**values, **changes})
