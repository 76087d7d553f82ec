"""A real gunicorn over a real Redis, and a client that reads event streams as they are on the wire."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from tests.ports import free_port
from tests.real_stack import PATIENCE_SECONDS, eventually

TRAINING = "/api/v1/training"
STREAM = {"Accept": "text/event-stream"}


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a stream."""

    id: str
    event: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A running API process."""

    port: int
    process: subprocess.Popen[bytes]
    http: httpx2.Client

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        response = self.http.get(TRAINING + path, params=query)
        assert response.status_code == 200, response.text
        return dict(response.json())

    @contextmanager
    def stream(self, path: str, last_event_id: str = "") -> Iterator[Iterator[Message | str]]:
        """Messages, and comments as texts, as they come."""
        headers = STREAM | ({"Last-Event-ID": last_event_id} if last_event_id else {})
        with self.http.stream("GET", TRAINING + path, headers=headers) as response:
            assert response.status_code == 200, response.read()
            assert response.headers["Content-Type"].startswith("text/event-stream")
            assert response.headers["X-Accel-Buffering"] == "no"
            yield parsed(response.iter_lines())

    def messages(self, path: str, last_event_id: str = "") -> list[Message]:
        """All messages up to the end; a stream that was cut because we read too slowly is resumed, as clients do it."""
        read: list[Message] = []
        while not read or read[-1].event != "end":
            with self.stream(path, read[-1].id if read else last_event_id) as found:
                read += [message for message in found if isinstance(message, Message)]
        return read

    def clients(self) -> int:
        """How many hold a place."""
        lines = self.http.get("/metrics").text.splitlines()
        found = [line for line in lines if line.startswith("swift_trainer_live_clients{")]
        return sum(int(float(line.rpartition(" ")[2])) for line in found)

    def raw_request(self, path: str, receive_buffer: int | None = None) -> socket.socket:
        """A connection that has asked for a stream and may stop reading whenever it likes."""
        connection = socket.socket()
        if receive_buffer is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.settimeout(PATIENCE_SECONDS)
        connection.connect(("127.0.0.1", self.port))
        request = f"GET {TRAINING}{path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
        connection.sendall(request.encode())
        return connection


def parsed(lines: Iterator[str]) -> Iterator[Message | str]:
    fields: dict[str, str] = {}
    for line in lines:
        if not line:
            if "data" in fields:
                yield Message(fields.get("id", ""), fields["event"], json.loads(fields["data"]))
            fields = {}
        elif line.startswith(":"):
            yield line[1:].strip()
        else:
            name, _, value = line.partition(": ")
            fields[name] = value


@contextmanager
def live_server(folder: Path, socket_path: Path, threads: int = 8, **environment: object) -> Iterator[LiveServer]:
    port = free_port()
    env = {
        "PATH": os.environ["PATH"],
        "ENVIRONMENT": "test",
        "DATA_DIR": str(folder),
        "REDIS_SOCKET": str(socket_path),
        "SSE_HEARTBEAT_SECONDS": "0.5",
        **{name: str(value) for name, value in environment.items()},
    }
    argv = ["gunicorn", "api.app:create_app()", "-c", "python:api.gunicorn_hooks", "--threads", str(threads)]
    argv += ["--no-control-socket", "-b", f"127.0.0.1:{port}", "--graceful-timeout", "1"]
    with (folder / "api.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *argv], env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    # A connection for each request: one that is kept may be closed by the server at the moment it is used again.
    limits = httpx2.Limits(max_keepalive_connections=0)
    # Longer than the longest poll waits.
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=120, limits=limits) as http:
        server = LiveServer(port, process, http)
        try:
            eventually(lambda: _answers(server), bool, what=f"an API; {(folder / 'api.log').read_text()}")
            yield server
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _answers(server: LiveServer) -> bool:
    try:
        return server.http.get("/healthz").status_code == 200
    except httpx2.TransportError:
        return False
