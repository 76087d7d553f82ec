"""gunicorn's settings for several API processes: what a dead one counted is not counted as alive."""

import os
from typing import Any

from prometheus_client import multiprocess

from api.monitoring import MULTIPROCESS_VARIABLE


def child_exit(_server: Any, worker: Any) -> None:
    if os.environ.get(MULTIPROCESS_VARIABLE):
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
