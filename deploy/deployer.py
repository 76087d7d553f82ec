"""The parts of one deployer process, and a way to ring for those that it submits."""

from collections.abc import Callable
from dataclasses import dataclass

from common.deployments import Target
from common.jobs import Job
from common.settings import Settings
from common.store import Store
from deploy.platforms import Platform


@dataclass(frozen=True, slots=True)
class Deployer:
    """`ring` asks a scheduler for a pass; `platform` finds the driver of a target beyond our nodes.

    `show_stopped` lets Celery's view of one that ended while it waited say so.
    """

    store: Store
    settings: Settings
    ring: Callable[[Job], None]
    platform: Callable[[Target], Platform]
    show_stopped: Callable[[Job], None]
