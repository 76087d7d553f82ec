"""Hints to Celery, best effort: the record in Redis is the truth, so a hint that does not go out costs seconds only."""

from collections.abc import Callable
from functools import partial

import structlog

from api.services import Services
from common.jobs import Job
from common.messaging.app import ring, ring_node, show_cancelled
from common.messaging.task_names import DEPLOY_QUEUE

log = structlog.get_logger()


def ring_scheduler(services: Services, job: Job) -> None:
    """Ask for a pass."""
    _attempt(services, lambda: ring(services.celery, job), job)


def ring_deployment(services: Services, job: Job) -> None:
    """Ask for a pass, in the deployments' own queue."""
    _attempt(services, lambda: ring(services.celery, job, DEPLOY_QUEUE), job)


def ring_nodes(services: Services) -> None:
    """Ask every node to look at its chores."""
    for node in services.store.nodes.all():
        if why_not := services.doorbell.ring(partial(ring_node, services.celery, node.name)):
            log.warning("chores_not_rung", node=node.name, error=why_not)


def tell_cancelled(services: Services, job: Job) -> None:
    """Let Celery's view of a job that never ran say so."""
    _attempt(services, lambda: show_cancelled(services.celery, job), job)


def _attempt(services: Services, send: Callable[[], None], job: Job) -> None:
    if why_not := services.doorbell.ring(send):
        log.warning("hint_not_sent", job_id=job.id, error=why_not)
