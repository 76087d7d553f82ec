"""The fake API server itself: HTTP on loopback, one request at a time."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.kube.certificate import make_certificate
from tests.kube.cluster import NAMESPACE, Cluster
from tests.kube.fake.access import user_of
from tests.kube.fake.discovery import discovered
from tests.kube.fake.refusals import Refused
from tests.kube.fake.requests import Request, answer
from tests.kube.fake.store import Objects


@contextmanager
def fake_cluster(folder: Path) -> Iterator[Cluster]:
    """An empty cluster with the namespace of the tests, and a node of four GPUs."""
    logs: dict[str, list[str]] = {}
    certificate, key = make_certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # kubectl sends no token without it
    context.load_cert_chain(certificate, key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(Objects(NAMESPACE), logs))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Cluster(f"https://127.0.0.1:{server.server_port}", folder, logs, is_real=False)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(objects: Objects, logs: dict[str, list[str]]) -> type[BaseHTTPRequestHandler]:
    turn = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body are two writes

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            try:
                with turn:
                    code, content = self._content(body)
                    payload = content.encode() if isinstance(content, str) else json.dumps(content).encode()
                kind = "text/plain" if isinstance(content, str) else "application/json"
            except Refused as refused:
                code, payload, kind = refused.code, json.dumps(refused.status()).encode(), "application/json"
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = do_PATCH = do_DELETE = _answer

        def _content(self, body: Any) -> tuple[int, Any]:
            user = user_of(self.headers)
            address = urlsplit(self.path)
            found = discovered(address.path)
            if found is not None:
                return 200, found
            query = dict(parse_qsl(address.query))
            content_type = self.headers.get("Content-Type") or ""
            return answer(Request(self.command, address.path, user, query, content_type, body), objects, logs)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
