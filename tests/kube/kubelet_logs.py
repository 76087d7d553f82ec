"""The part of a kubelet that hands out logs: the API server fetches them from the pod's node, over TLS."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


@contextmanager
def serving_logs(logs: dict[str, list[str]], key: Path, certificate: Path) -> Iterator[int]:
    """Serve `logs`, stamped lines by pod name, on the port that is returned."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)  # /containerLogs/<namespace>/<pod>/<container>
            pod = address.path.split("/")[3]
            tail = int(parse_qs(address.query).get("tailLines", ["1000000"])[0])
            body = "".join(f"{line}\n" for line in logs.get(pod, [])[-tail:]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
