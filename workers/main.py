"""The worker process of one node: a Celery worker on `node.<name>`, threads pool, with the agent beside it."""

import sys
import threading
from typing import Any

from celery import Celery
from celery.signals import worker_ready

from common.logging import setup_logging
from common.messaging import task_names
from common.messaging.app import make_app, send_run
from common.messaging.worker import run_worker
from common.settings import Settings, SettingsError, load_settings
from common.store import open_store
from common.store.version import begin_on_store
from workers.agent import Agent
from workers.node.instance import boot_id
from workers.node.inventory.poller import InventoryPoller
from workers.node.inventory.slots import SlotsInvalid, reader
from workers.node.known_inputs import KnownInputs
from workers.node.local import InstalledSwift, LocalNode
from workers.node.name import NodeTaken
from workers.tasks import register


def main() -> None:
    try:
        settings = load_settings()
        inventory = InventoryPoller(reader(settings.gpu_slots), settings.heartbeat_seconds)
    except (SettingsError, SlotsInvalid) as problem:
        sys.exit(f"worker: {problem}")
    setup_logging(settings, "worker")
    begin_on_store(settings, "worker")
    app = make_app(settings)
    node = LocalNode(
        settings=settings,
        store=open_store(settings),
        inventory=inventory,
        boot_id=boot_id(),
        swift=InstalledSwift(),
        send_run=lambda job, place, attempt: send_run(app, job, place, attempt),
        detach=threading.Event(),
        known_inputs=KnownInputs(settings.data_dir / "nodes" / settings.node_name),
    )
    agent = Agent(node)
    try:
        agent.take_node()
    except NodeTaken as problem:
        sys.exit(f"worker: {problem}")
    register(app, agent)

    @worker_ready.connect(weak=False)
    def begin(**_: Any) -> None:
        agent.start()

    _consume(app, settings, agent)
    if agent.why_lost:
        sys.exit(f"worker: {agent.why_lost}")


def _consume(app: Celery, settings: Settings, agent: Agent) -> None:
    """Until the process is told to end."""
    queue = task_names.node_queue(settings.node_name)
    arguments = [f"--concurrency={settings.followers_max}", f"--queues={queue}", f"--hostname={settings.node_name}@%h"]
    run_worker(app, arguments, agent.stop)


if __name__ == "__main__":
    main()
