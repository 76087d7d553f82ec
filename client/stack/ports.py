"""Which TCP port to listen on: the one asked for, or else the first free one from the usual one upwards."""

import errno
import socket
from collections.abc import Callable, Collection
from contextlib import suppress

import psutil

from client.stack.errors import StackError

PORTS_TRIED = 100


def choose_port(
    host: str, usual: int, asked: int | None, say: Callable[[str], None], promised: Collection[int] = ()
) -> int:
    """The port to use, none of those `promised` to others of this stack.

    Raises StackError, naming the listener if it can be seen, when the one asked for is taken.
    """
    if asked is not None:
        if asked in promised or not is_free(host, asked):
            raise StackError(f"port {asked} on {host} is taken{_by_whom(asked)}; name another one, or none")
        return asked
    for port in range(usual, min(usual + PORTS_TRIED, 65536)):
        if port not in promised and is_free(host, port):
            if port != usual:
                say(f"port {usual} is taken{_by_whom(usual)}: using {port}")
            return port
    raise StackError(f"no free port from {usual} to {usual + PORTS_TRIED - 1} on {host}")


def is_free(host: str, port: int) -> bool:
    """Whether this process could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise StackError(f"cannot listen on {host}:{port}: {error.strerror}") from error
            return False
        return True


def _by_whom(port: int) -> str:
    """Other users' processes cannot be seen: then nothing is said."""
    with suppress(psutil.Error):
        for connection in psutil.net_connections(kind="tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (pid {connection.pid})"
    return ""
