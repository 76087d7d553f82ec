"""Ports for servers under test, of which no two that run at a time get the same."""

import os
import socket
from itertools import count

# Below the ports that Linux gives to outgoing connections, so that none of these takes one between our look and the
# server's. Each worker of pytest-xdist has a block: single ports first, ranges behind them.
FIRST, BLOCK, BLOCKS = 11_000, 800, 24
SINGLE = 500
RANGE = 20
_offset = count(os.getpid())


def free_port() -> int:
    """A port nobody listens on now, and that this process gives out once."""
    while True:
        port = _block() + next(_offset) % SINGLE
        if _is_free(port):
            return port


def port_range() -> str:
    """A few ports in a row, as the setting DEPLOY_PORT_RANGE has them."""
    first = _block() + SINGLE + next(_offset) * RANGE % (BLOCK - SINGLE)
    return f"{first}-{first + RANGE - 1}"


def _block() -> int:
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return FIRST + BLOCK * (number % BLOCKS)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
