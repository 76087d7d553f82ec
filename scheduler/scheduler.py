"""What a scheduler process works with: the store, its settings, and a way to send hints to nodes."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from common.jobs import Job
from common.messaging.app import ring_node, send_run
from common.places import Place
from common.settings import Settings
from common.store import Store
from scheduler.store_watch import StoreWatch

log = structlog.get_logger()

SendRun = Callable[[Job, Place, int], None]
RingNode = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Scheduler:
    """The parts of one scheduler process. `send` publishes `run` for a job's attempt to one of its nodes.

    `watch` is there where nodes are judged, `ring` where somebody is to be told of chores at once.
    """

    store: Store
    settings: Settings
    send: SendRun
    watch: StoreWatch | None = None
    ring: RingNode | None = None

    def hint(self, job: Job, attempt: int) -> None:
        """Tell its nodes; when the broker does not take it, the rescuer tells them again."""
        for place in job.places:
            try:
                self.send(job, place, attempt)
            except (OperationalError, RedisError, OSError) as exc:
                log.warning("hint_not_sent", job_id=job.id, attempt=attempt, node=place.node, error=str(exc))

    def ring_nodes(self) -> None:
        """Ask every node to look at its chores; they do so by their own clocks, too."""
        if self.ring is None:
            return
        for node in self.store.nodes.all():
            try:
                self.ring(node.name)
            except (OperationalError, RedisError, OSError) as exc:
                log.warning("chores_not_rung", node=node.name, error=str(exc))


def sender(app: Celery) -> SendRun:
    """The real way to send hints: Celery."""
    return lambda job, place, attempt: send_run(app, job, place, attempt)


def ringer(app: Celery) -> RingNode:
    """The real way to tell a node of chores: Celery."""
    return lambda node: ring_node(app, node)
