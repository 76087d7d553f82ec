"""gunicorn's settings for the API: what it lacks of its own to be left alone for months."""

import ctypes
import os
import signal
import socket
import struct
import sys
from typing import Any

from prometheus_client import multiprocess

from api.monitoring import MULTIPROCESS_VARIABLE
from common.settings import load_settings

PR_SET_PDEATHSIG = 1


def when_ready(server: Any) -> None:
    """Give up on clients that began a request and fell silent: each holds a thread, and gthread waits for ever.

    Connections have this from the socket that accepted them. A client that hung up without a word is found out, too.
    """
    seconds = load_settings().client_silence_seconds
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _timeval(seconds))
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


def _timeval(seconds: float) -> bytes:
    whole = int(seconds)
    return struct.pack("ll", whole, int((seconds - whole) * 1_000_000))
