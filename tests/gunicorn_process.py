"""Kills a gunicorn as if all of it had died at once."""

import socket
import subprocess
from functools import partial

import psutil

from tests.eventually import PATIENCE_SECONDS, eventually


def kill_gunicorn(master: subprocess.Popen[bytes], port: int) -> None:
    """SIGKILL to the master and its workers; nobody listens at the port any more when this returns.

    A worker whose master alone was killed answers on for as long as a client keeps its connection, and the next master
    gives up after five tries to bind: whoever asks then takes the dying one for the new one.
    """
    stopped = psutil.Process(master.pid)
    stopped.suspend()  # so that it forks no further one
    workers = stopped.children(recursive=True)
    for process in (stopped, *workers):
        process.kill()
    master.wait(timeout=PATIENCE_SECONDS)
    eventually(partial(_is_listening, port), lambda listening: not listening, what="the end of the last worker")


def _is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
