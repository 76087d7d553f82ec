"""A gateway process of a test, and clients of it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from common.secret import Secret
from deploy.routes import Replica
from tests.ports import free_port
from tests.real_stack import PATIENCE_SECONDS, eventually

API_KEY = "the-bootstrap-key-of-tests"
BEARER = {"Authorization": f"Bearer {API_KEY}"}


@dataclass(slots=True)
class GatewayProcess:
    """A running gateway. What it is told to route is kept here."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]
    http: httpx2.Client
    replicas: list[Replica] = field(default_factory=list)
    known: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, model: str, *urls: str, api_key: str = "replicas-key") -> None:
        """Route the model to replicas at these addresses, and wait until it is so."""
        self.replicas = [replica for replica in self.replicas if model not in replica.models]
        self.replicas += [
            Replica(f"{model}~deploy-{n}", (model,), "1", url, Secret(api_key), 1700000000 + n)
            for n, url in enumerate(urls)
        ]
        self.tell()
        if self.process.poll() is None:
            eventually(lambda: self._shown(model), lambda count: count == len(urls), what=f"routes to {model}")

    def tell(self, *, fails: bool = False) -> None:
        """Write the file that it reads its routes from."""
        told = {
            "replicas": [{**asdict(each), "api_key": each.api_key.reveal()} for each in self.replicas],
            "known": self.known,
            "fails": fails,
        }
        fresh = self.folder / "routes.new"
        fresh.write_text(json.dumps(told))
        fresh.rename(self.folder / "routes.json")

    def post(self, path: str = "/v1/chat/completions", **body: Any) -> httpx2.Response:
        return self.http.post(path, json=body)

    def chat(self, model: str, **more: Any) -> httpx2.Response:
        return self.post(model=model, messages=[{"role": "user", "content": "hello"}], **more)

    def lines(self) -> list[dict[str, Any]]:
        """What it logged; a line that is being written is not there yet."""
        text = (self.folder / "gateway.log").read_text()
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]

    def line_of(self, request_id: str) -> dict[str, Any]:
        """The one line of a request, once it has ended."""

        def found() -> list[dict[str, Any]]:
            return [line for line in self.lines() if line["event"] == "request" and line["request_id"] == request_id]

        (line,) = eventually(found, bool, what=f"the line of {request_id}")
        return line

    def metric(self, name: str) -> dict[str, float]:
        """Samples of a metric by their labels."""
        lines = [line for line in self.http.get("/metrics").text.splitlines() if line.startswith(name)]
        return {line[len(name) : line.rindex(" ")]: float(line.rpartition(" ")[2]) for line in lines}

    def _shown(self, model: str) -> int:
        shown = self.metric("swift_trainer_gateway_replicas")
        return sum(int(count) for labels, count in shown.items() if f'"{model}~deploy-' in labels)


@contextmanager
def gateway_process(folder: Path, redis_socket: Path, **environment: object) -> Iterator[GatewayProcess]:
    """Run one that hears of changes at once. Nothing that is merely slow is given up; a test about that says so."""
    port = free_port()
    env = {
        "PATH": os.environ["PATH"],
        "ENVIRONMENT": "test",
        "DATA_DIR": str(folder),
        "REDIS_SOCKET": str(redis_socket),
        "API_KEY": API_KEY,
        "LOG_FORMAT": "json",
        "GATEWAY_PORT": str(port),
        "GATEWAY_CONNECT_SECONDS": "20",
        "GATEWAY_EJECT_SECONDS": "300",
        "GATEWAY_REFRESH_SECONDS": "0.05",
        "RATE_LIMIT_FAILED_AUTH": "",
        **{name: str(value) for name, value in environment.items()},
    }
    argv = [sys.executable, "-m", "tests.integration.deploy.gateway.file_routed", str(folder / "routes.json")]
    with (
        (folder / "gateway.log").open("ab") as log,
        httpx2.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS, headers=BEARER, trust_env=False
        ) as http,
    ):
        (folder / "routes.json").write_text('{"replicas": [], "known": [], "fails": false}')
        process = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        gateway = GatewayProcess(port, folder, process, http)
        try:
            eventually(lambda: _is_ready(gateway), bool, what=f"a gateway; {(folder / 'gateway.log').read_text()}")
            yield gateway
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _is_ready(gateway: GatewayProcess) -> bool:
    assert gateway.process.poll() is None, (gateway.folder / "gateway.log").read_text()
    try:
        return gateway.http.get("/readyz").status_code == 200
    except httpx2.TransportError:
        return False
