"""The deployer: `python -m deploy.main`. Any number may run; one of them acts."""

import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import structlog
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from common.deployments import Target
from common.jobs import Job
from common.logging import setup_logging
from common.messaging import task_names
from common.messaging.app import make_app, ring, show_cancelled
from common.settings import SettingsError, load_settings
from common.store import open_store
from common.store.version import begin_on_store
from deploy.deployer import Deployer
from deploy.platforms import Platform
from deploy.platforms.registry import platform_for
from deploy.reconciler import Reconciler

log = structlog.get_logger()


def main() -> None:
    try:
        settings = load_settings()
    except SettingsError as problem:
        sys.exit(f"deployer: {problem}")
    setup_logging(settings, "deployer")
    begin_on_store(settings, "deployer")
    app = make_app(settings)

    def quietly(tell: Callable[[], None], job: Job) -> None:
        try:
            tell()
        except (OperationalError, RedisError, OSError) as exc:
            log.warning("hint_not_sent", job_id=job.id, error=str(exc))  # the scheduler's clock finds it

    def ring_quietly(job: Job) -> None:
        quietly(lambda: ring(app, job, task_names.DEPLOY_QUEUE), job)

    def show_stopped(job: Job) -> None:
        quietly(lambda: show_cancelled(app, job), job)

    platforms: dict[Target, Platform] = {}

    def platform(target: Target) -> Platform:
        if target not in platforms:
            platforms[target] = platform_for(target, settings)
        return platforms[target]

    stopped = threading.Event()

    def stop(*_: Any) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    log.info("deployer_started")
    deployer = Deployer(open_store(settings), settings, ring_quietly, platform, show_stopped)
    Reconciler(deployer).run(stopped)
    log.info("deployer_stopped")


if __name__ == "__main__":
    main()
