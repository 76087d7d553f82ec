"""gunicorn's settings for a local stack: its workers go with their master, even when that is killed."""

import signal
from typing import Any

from client.stack.tether import tie


def post_fork(_server: Any, _worker: Any) -> None:
    # Otherwise an orphaned worker holds the port for a second, and the next stack has to take another one.
    tie(signal.SIGKILL)
