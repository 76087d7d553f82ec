"""A model server whose every byte the test decides: a script is called with each request."""

import json
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx2

from deploy.gateway.endpoints import ENDPOINTS
from tests.real_stack import PATIENCE_SECONDS

CHUNK = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m"}


class Conversation:
    """One request, and the connection to answer it on. `first` tells whether it is the first on its connection."""

    def __init__(self, connection: socket.socket, head: bytes, body: bytes, *, first: bool) -> None:
        self.connection = connection
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.path, _ = lines[0].split(" ")
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        self.body = body
        self.first = first
        self.closed = False

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def answer(self, body: Any, status: int = 200, **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        all_headers = {"Content-Type": "application/json", "Content-Length": len(data)} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in all_headers.items())
        self.send(f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode() + data)

    def begin_stream(self) -> None:
        self.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")

    def write(self, data: bytes) -> None:
        """A piece of a stream."""
        self.send(b"%x\r\n%s\r\n" % (len(data), data))

    def event(self, text: str, **more: Any) -> None:
        """A piece of what the model says."""
        choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
        self.write(f"data: {json.dumps({**CHUNK, 'choices': [choice], **more})}\n\n".encode())

    def end_stream(self, **last: Any) -> None:
        if last:
            self.write(f"data: {json.dumps({**CHUNK, 'choices': [], **last})}\n\n".encode())
        self.write(b"data: [DONE]\n\n")
        self.send(b"0\r\n\r\n")

    def close(self) -> None:
        """An orderly end of the connection, wherever the answer stands."""
        self.closed = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()

    def reset(self) -> None:
        """What a process that is killed leaves behind."""
        self.closed = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def wait_until_left(self) -> bool:
        """Wait for the other side to end the connection; False when it does not."""
        try:
            while self.connection.recv(65536):
                pass
        except TimeoutError:
            return False
        except OSError:
            return True
        return True


Script = Callable[[Conversation], None]


class FakeServer:
    """Listens on loopback, a thread for each connection; `requests` is what it was asked."""

    def __init__(self, script: Script, port: int = 0) -> None:
        self.script = script
        self.requests: list[Conversation] = []
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self._connections: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def connections(self) -> int:
        """How many there ever were."""
        return len(self._connections)

    def stop(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.settimeout(PATIENCE_SECONDS)
                self._connections.append(connection)
                threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            first, received = True, b""
            while True:
                while b"\r\n\r\n" not in received:
                    more = connection.recv(65536)
                    if not more:
                        return
                    received += more
                head, _, received = received.partition(b"\r\n\r\n")
                length = _length(head)
                parts, have = [received], len(received)
                while have < length:
                    parts.append(connection.recv(1 << 20))
                    have += len(parts[-1])
                received = b"".join(parts)
                talk = Conversation(connection, head, received[:length], first=first)
                first, received = False, received[length:]
                self.requests.append(talk)
                self.script(talk)
                if talk.closed:
                    return


def _length(head: bytes) -> int:
    found = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return int(found[0].partition(b":")[2]) if found else 0


def says(text: str) -> Script:
    """Answers every request, at whichever path, with this text, whole."""

    def script(talk: Conversation) -> None:
        others = {} if "completions" in talk.path else {name: [] for name in ENDPOINTS.values()}
        talk.answer({**others, **completion(text)})

    return script


def completion(text: str) -> dict[str, Any]:
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7},
    }


def text_of(response: httpx2.Response) -> str:
    """What the model said."""
    assert response.status_code == 200, response.text
    return str(response.json()["choices"][0]["message"]["content"])
