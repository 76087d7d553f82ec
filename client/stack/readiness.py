"""How a process of the stack shows that it is ready, without a word in its log, which a log level could hide."""

import http.client
import re
import socket
from collections.abc import Callable
from pathlib import Path

TIMEOUT_SECONDS = 2.0
RECEIVE_BYTES = 65536
WAITS_FOR_A_TASK = re.compile(rb"\bcmd=brpop\b")
WAITS_FOR_THE_BELL = re.compile(rb"\bcmd=blpop\b")


def answers_200(host: str, port: int, path: str) -> Callable[[], bool]:
    """Ready when the path is answered with 200."""
    return _answers(host, port, path, 200)


def at_once() -> bool:
    """For a process that nobody waits for."""
    return True


def asks_for_a_password(host: str, port: int) -> Callable[[], bool]:
    """Ready when it refuses whoever comes without one."""
    return _answers(host, port, "/", 401)


def _answers(host: str, port: int, path: str, status: int) -> Callable[[], bool]:
    def is_ready() -> bool:
        connection = http.client.HTTPConnection(host.strip("[]"), port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == status
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return is_ready


def consumers_wait(redis_socket: Path, count: int) -> Callable[[], bool]:
    """Ready when that many clients of Redis wait for a message: a Celery worker does from the moment it consumes.

    Redis cannot tell which process a client is, so the processes that consume are ready together.
    """

    return _clients_wait(redis_socket, WAITS_FOR_A_TASK, count)


def deployer_waits(redis_socket: Path) -> Callable[[], bool]:
    """Ready when a deployer has looked at everything once and waits for its bell."""
    return _clients_wait(redis_socket, WAITS_FOR_THE_BELL, 1)


def _clients_wait(redis_socket: Path, command: re.Pattern[bytes], count: int) -> Callable[[], bool]:
    def is_ready() -> bool:
        try:
            return len(command.findall(_client_list(redis_socket))) >= count
        except OSError:
            return False

    return is_ready


def _client_list(redis_socket: Path) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(TIMEOUT_SECONDS)
        connection.connect(str(redis_socket))
        connection.sendall(b"CLIENT LIST\r\nQUIT\r\n")
        parts = []
        while part := connection.recv(RECEIVE_BYTES):
            parts.append(part)
        return b"".join(parts)
