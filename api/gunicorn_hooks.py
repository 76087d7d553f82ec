"""gunicorn's settings for the API: what it lacks of its own to be left alone for months."""

import ctypes
import os
import signal
import socket
import sys
from typing import Any

from prometheus_client import multiprocess

from api.monitoring import MULTIPROCESS_VARIABLE

PR_SET_PDEATHSIG = 1

# What the command line says wins.
worker_class = "api.front.worker.Worker"
threads = 16  # how many requests a process answers at a time; who waits holds none
worker_connections = 5000


def when_ready(server: Any) -> None:
    """Find out clients that hung up without a word. Connections have this from the socket that accepted them."""
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)


def post_fork(_server: Any, _worker: Any) -> None:
    """A worker goes with its master, even when that is killed.

    An orphan would answer on for as long as a client keeps its connection, and hold the port, which the next master
    would give up to bind.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def child_exit(_server: Any, worker: Any) -> None:
    """What a dead process counted is not counted as alive."""
    if os.environ.get(MULTIPROCESS_VARIABLE):
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
