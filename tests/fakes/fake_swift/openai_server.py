"""The HTTP side of a fake server: the routes, codes and bodies of `swift deploy`, answered without a model."""

import json
import socketserver
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fake_swift import completions
from fake_swift.knobs import Knobs

WITHOUT_KEY = "/health"  # as the launcher's guard has it around the real one
HANG_LOOK_SECONDS = 0.02


class OpenAiServer(socketserver.ThreadingTCPServer):
    """Listens from the start; answers until it is told to hang."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], args: SimpleNamespace, engine: SimpleNamespace, models: list[str], knobs: Knobs
    ) -> None:
        super().__init__(address, Handler)
        self.args = args
        self.engine = engine
        self.models = models
        self.knobs = knobs
        self.posts = 0
        self.lock = threading.Lock()

    def count_post(self) -> None:
        with self.lock:
            self.posts += 1

    def hangs(self) -> bool:
        """Whether nothing is answered at the moment."""
        limit, folder = self.knobs.hang_after_requests, Path(self.args.model)
        told = any((folder / name).exists() for name in ("hang", f"hang-{self.server_address[1]}"))
        return told or bool(limit and self.posts >= limit)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: OpenAiServer

    def do_GET(self) -> None:
        self._wait_while_hanging()
        if self._refused_key():
            return
        if self.path in {"/health", "/health/", "/ping"}:
            self._send(200, None)
        elif self.path == "/v1/models":
            entries = [self._model(name) for name in self.server.models]
            self._send(200, {"data": entries, "object": "list"})
        else:
            self._send(404, {"detail": "Not Found"})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self._wait_while_hanging()
        self.server.count_post()
        if self._refused_key():
            return
        answer = completions.ROUTES.get(self.path)
        if answer is None:
            self._send(404, {"detail": "Not Found"})
            return
        try:
            body = json.loads(raw)
            missing = completions.NEEDED[self.path] - body.keys()
        except (ValueError, AttributeError):
            self._send(422, {"detail": [{"type": "json_invalid", "loc": ["body", 0], "msg": "JSON decode error"}]})
            return
        if missing:
            fields = [{"type": "missing", "loc": ["body", name], "msg": "Field required"} for name in sorted(missing)]
            self._send(422, {"detail": fields})
            return
        self._answer(answer, body)

    def _answer(self, answer: completions.Answer, body: dict[str, Any]) -> None:
        if body.get("model") not in self.server.models:
            why = f"`{body.get('model')}` is not in the model_list: `{self.server.models}`."
            self._send(400, {"message": why, "object": "error"})
            return
        whole, chunks = answer(body, self.server.engine.model_name)
        pause = self.server.knobs.seconds_per_token
        if body.get("stream"):
            self._stream(chunks, pause)
            return
        time.sleep(pause * len(chunks))
        self._send(200, whole)

    def _stream(self, chunks: list[dict[str, Any]], pause: float) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in chunks:
            time.sleep(pause)
            self._event(json.dumps(chunk))
        self._event("[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def _event(self, data: str) -> None:
        text = f"data: {data}\n\n".encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(text), text))
        self.wfile.flush()

    def _refused_key(self) -> bool:
        key = self.server.args.api_key
        if not key or self.path == WITHOUT_KEY or self.headers.get("Authorization") == f"Bearer {key}":
            return False
        error = {"message": "API key error", "type": "invalid_request_error", "param": None, "code": "invalid_api_key"}
        self._send(401, {"error": error})
        return True

    def _model(self, name: str) -> dict[str, Any]:
        created = int(time.time())
        return {"id": name, "object": "model", "created": created, "owned_by": self.server.args.owned_by}

    def _send(self, status: int, body: Any) -> None:
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        if content:
            self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(content)

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
