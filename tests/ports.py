"""Ports for servers under test, of which no two that run at a time get the same."""

import fcntl
import os
import socket
import tempfile
from functools import cache
from itertools import count
from pathlib import Path

# Below the ports that Linux gives to outgoing connections, so that none of these takes one between our look and the
# server's. Each process that runs tests has a block: single ports first, ranges behind them.
FIRST, BLOCK, BLOCKS = 11_000, 800, 24
SINGLE = 500
RANGE = 20
_singles, _ranges = count(os.getpid()), count(os.getpid())


def free_port() -> int:
    """A port nobody listens on now, and that this process gives out once."""
    while True:
        port = _block() + next(_singles) % SINGLE
        if _is_free(port):
            return port


def port_range() -> str:
    """A few ports in a row, as the setting DEPLOY_PORT_RANGE has them; all of them are free now."""
    while True:
        first = _block() + SINGLE + next(_ranges) * RANGE % (BLOCK - SINGLE)
        if all(map(_is_free, range(first, first + RANGE))):
            return f"{first}-{first + RANGE - 1}"


@cache
def _block() -> int:
    """The first port of the block that is this process's, among all that run tests on this machine, until it ends."""
    folder = Path(tempfile.gettempdir()) / f"swift-trainer-test-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    for number in range(BLOCKS):
        lock = os.open(folder / str(number), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            return FIRST + BLOCK * number  # the lock stays open: the kernel takes it back when this process ends
    raise RuntimeError(f"{BLOCKS} processes run tests already; their locks are in {folder}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
