"""Stands between a client and Redis, and loses the answer to a command: Redis did it, and the client cannot know."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_CHUNK_BYTES = 65536


class LossyProxy:
    """Listens on a unix socket of its own. `lose_next` answers to this command are not passed on."""

    def __init__(self, path: Path, redis_socket: Path) -> None:
        self.path = path
        self._redis_socket = redis_socket
        self._lose = b""
        self._left = 0
        self._guard = threading.Lock()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._connections: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def lose_next(self, command: str, times: int = 1) -> None:
        """Hand on the next one, wait until Redis has answered, and break the connection."""
        with self._guard:
            self._lose, self._left = command.encode(), times

    @property
    def has_lost(self) -> bool:
        return self._left == 0

    def close(self) -> None:
        self._listener.close()
        for connection in self._connections:
            connection.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        server.connect(str(self._redis_socket))
        self._connections += [client, server]
        losing = threading.Event()
        threading.Thread(target=self._answer, args=(server, client, losing), daemon=True).start()
        with suppress(OSError):
            while asked := client.recv(_CHUNK_BYTES):
                if self._is_to_be_lost(asked):
                    losing.set()
                server.sendall(asked)
        server.close()

    def _answer(self, server: socket.socket, client: socket.socket, losing: threading.Event) -> None:
        with suppress(OSError):
            while answer := server.recv(_CHUNK_BYTES):
                if losing.is_set() and not answer.startswith(b"-NOSCRIPT"):
                    client.shutdown(socket.SHUT_RDWR)
                    break
                if losing.is_set():  # Redis did nothing yet: redis-py teaches it the script and asks again
                    losing.clear()
                    with self._guard:
                        self._left += 1
                client.sendall(answer)
        client.close()

    def _is_to_be_lost(self, asked: bytes) -> bool:
        with self._guard:
            if self._left == 0 or b"\r\n" + self._lose + b"\r\n" not in asked:
                return False
            self._left -= 1
            return True


@contextmanager
def lossy_proxy(folder: Path, redis_socket: Path) -> Iterator[LossyProxy]:
    proxy = LossyProxy(folder / "proxy.sock", redis_socket)
    try:
        yield proxy
    finally:
        proxy.close()
