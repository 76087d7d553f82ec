"""The scheduler process: a Celery worker on the priority queues, with a ticker beside it."""

import os
import sys
from typing import Any

from celery.signals import worker_ready

from common.logging import setup_logging
from common.messaging import task_names
from common.messaging.app import make_app
from common.messaging.results import Results
from common.messaging.worker import run_worker
from common.settings import SettingsError, load_settings
from common.store import open_store
from common.store.version import begin_on_store
from scheduler.scheduler import Scheduler, ringer, sender
from scheduler.store_watch import StoreWatch
from scheduler.tasks import register
from scheduler.ticker import Ticker


def main() -> None:
    try:
        settings = load_settings()
    except SettingsError as problem:
        sys.exit(f"scheduler: {problem}")
    setup_logging(settings, "scheduler")
    begin_on_store(settings, "scheduler")
    app = make_app(settings)
    watch = StoreWatch(settings.node_ttl_seconds)
    scheduler = Scheduler(open_store(settings), settings, sender(app), watch, ringer(app))
    register(app, scheduler)
    ticker = Ticker(scheduler, Results(app))

    @worker_ready.connect(weak=False)
    def start_ticking(**_: Any) -> None:
        ticker.start()

    queues = f"{task_names.TRAINING_QUEUE},{task_names.DEPLOY_QUEUE}"
    arguments = ["--concurrency=2", f"--queues={queues}", f"--hostname=scheduler-{os.getpid()}@%h"]
    run_worker(app, arguments, ticker.stop)


if __name__ == "__main__":
    main()
