"""The duties process: `python -m scheduler.duties`. Any number may run; one of them acts."""

import signal
import sys
import threading
from typing import Any

import structlog

from common.logging import setup_logging
from common.settings import SettingsError, load_settings
from common.store import open_store
from common.store.version import begin_on_store
from scheduler.duties.retention import retention_duties
from scheduler.duties.rota import Rota

log = structlog.get_logger()


def main() -> None:
    try:
        settings = load_settings()
    except SettingsError as problem:
        sys.exit(f"duties: {problem}")
    setup_logging(settings, "duties")
    begin_on_store(settings, "duties")
    stopped = threading.Event()

    def stop(*_: Any) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    store = open_store(settings)
    duties = retention_duties(store, settings)
    log.info("duties_started", duties=[duty.name for duty in duties])
    Rota(store, duties).run(stopped)
    log.info("duties_stopped")


if __name__ == "__main__":
    main()
