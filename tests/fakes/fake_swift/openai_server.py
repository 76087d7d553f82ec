"""The HTTP side of a fake server, in place of uvicorn: runs an ASGI application, and hangs when it is told to."""

import asyncio
import socketserver
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from fake_swift.knobs import Knobs

HANG_LOOK_SECONDS = 0.02


class OpenAiServer(socketserver.ThreadingTCPServer):
    """Listens from the start; answers until it is told to hang."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], app: Any, model: str, knobs: Knobs) -> None:
        super().__init__(address, Handler)
        self.app = app
        self.folder = Path(model)
        self.knobs = knobs
        self.posts = 0
        self.lock = threading.Lock()
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        if app is not None:  # without the launcher there is none
            self.run(_start(app)).result()

    def run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def count_post(self) -> None:
        with self.lock:
            self.posts += 1

    def hangs(self) -> bool:
        """Whether nothing is answered at the moment."""
        limit = self.knobs.hang_after_requests
        told = any((self.folder / name).exists() for name in ("hang", f"hang-{self.server_address[1]}"))
        return told or bool(limit and self.posts >= limit)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: OpenAiServer

    def do_GET(self) -> None:
        self._wait_while_hanging()
        self._run_app(b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self._wait_while_hanging()
        self.server.count_post()
        self._run_app(body)

    def _run_app(self, body: bytes) -> None:
        headers = [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]
        scope = {"type": "http", "method": self.command, "path": self.path.partition("?")[0], "headers": headers}
        coming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        coming.put_nowait({"type": "http.request", "body": body, "more_body": False})
        answer = _Answer(self)
        work = self.server.run(self.server.app(scope, coming.get, answer.send))
        try:
            work.result()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _wait_while_hanging(self) -> None:
        while self.server.hangs():
            time.sleep(HANG_LOOK_SECONDS)

    def version_string(self) -> str:
        return "uvicorn"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """As uvicorn does; the service's launcher keeps probes out of it."""
        if self.command == "POST":
            client, status = ":".join(map(str, self.client_address)), HTTPStatus(int(code))
            print(f'INFO:     {client} - "{self.requestline}" {status.value} {status.phrase}', file=sys.stderr)


class _Answer:
    """What the application sends, on its way to the client: in chunks where its length is not told."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._is_chunked = False

    async def send(self, message: dict[str, Any]) -> None:
        handler = self._handler
        if message["type"] == "http.response.start":
            handler.send_response(message["status"])
            names = {name for name, _ in message["headers"]}
            self._is_chunked = b"content-length" not in names
            for name, value in message["headers"]:
                handler.send_header(name.decode(), value.decode())
            if self._is_chunked:
                handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            return
        body = message.get("body", b"")
        if body:
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(body), body) if self._is_chunked else body)
        if self._is_chunked and not message.get("more_body"):
            handler.wfile.write(b"0\r\n\r\n")
        handler.wfile.flush()


async def _start(app: Any) -> None:
    """The application's lifespan, up to where it may be asked."""
    started: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    coming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    coming.put_nowait({"type": "lifespan.startup"})
    living = asyncio.create_task(app({"type": "lifespan"}, coming.get, started.put))
    await started.get()
    app.living = living  # or it would be collected
