"""Starts model servers as the service does: through its launcher, the fake ms-swift behind it or the real one."""

import json
import os
import signal
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from common.deployments import Serving
from common.secret import Secret
from common.swift.command.deploy_command import DeployContext
from tests.builders import make_spec
from tests.ports import free_port
from tests.real_stack import FAKE_SWIFT, PATIENCE_SECONDS, eventually
from workers.lives.server.listeners import listening_ports
from workers.lives.server.probe import ProbeKind, ProbeResult, probe_server
from workers.lives.server.start import server_argv, server_environment
from workers.runner.tree import MARKER, marker_value
from workers.swift.environment import child_environment

KEY = "sk-test-not-to-be-seen-4711"
FINAL = {ProbeKind.WRONG_MODEL, ProbeKind.WRONG_PORT}


@dataclass
class RunningServer:
    """One process, and what a worker would know of it."""

    process: subprocess.Popen[bytes]
    port: int
    mark: str
    log: Path
    models: list[str]

    def ports(self) -> frozenset[int]:
        return listening_ports(self.mark, 1)

    def look(self, timeout_seconds: float = 30.0) -> ProbeResult:
        return probe_server("127.0.0.1", self.port, self.models, self.ports, timeout_seconds, key=KEY)

    def wait_for(self, kind: ProbeKind, timeout: float = PATIENCE_SECONDS) -> ProbeResult:
        def seen() -> ProbeResult:
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            return self.look()

        return eventually(seen, lambda found: found.kind is kind or found.kind in FINAL, timeout)

    def ask(self, path: str, body: dict[str, Any] | None = None, key: str = KEY) -> tuple[int, str]:
        """The status and the body."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def chat(self, model: str, text: str, key: str = KEY) -> tuple[int, str]:
        messages = [{"role": "user", "content": text}]
        return self.ask("/v1/chat/completions", {"model": model, "messages": messages, "max_tokens": 8}, key)

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)


@dataclass
class Servers:
    """Starts servers, and ends what is left of them."""

    folder: Path
    python: str = str(FAKE_SWIFT)
    started: list[RunningServer] = field(default_factory=list)

    def start(
        self,
        model: Path,
        port: int = 0,
        *,
        name: str = "qwen",
        key: str = KEY,
        extra_args: dict[str, Any] | None = None,
        adapters: dict[str, str] | None = None,
        model_adapter: str = "",
        **deploy: Any,
    ) -> RunningServer:
        spec = make_spec(extra_args=extra_args or {}, work=Serving(name, "1", **deploy))
        port = port or free_port()
        context = DeployContext(
            "4.6.0", str(model), port, adapters=adapters or {}, model_adapter=model_adapter, on_cpu=True
        )
        mark = f"serve-{os.getpid()}-{len(self.started)}-{port}"
        base = self._environment() | {MARKER: marker_value(mark, 1)}
        environment = server_environment(base, spec, context, api_key=Secret(key), temporary_dir=self.folder)
        log = self.folder / f"{mark}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                server_argv(self.python, spec, context),
                env=environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        self.started.append(RunningServer(process, port, mark, log, [name, *(adapters or {})]))
        return self.started[-1]

    def end(self) -> None:
        for server in self.started:
            server.process.kill()
            server.process.wait(PATIENCE_SECONDS)

    def _environment(self) -> dict[str, str]:
        base = os.environ | {"HF_HUB_OFFLINE": "1"}
        cache = self.folder / "cache"
        return child_environment(base, {}, cache_dir=cache, gpu_ids=["cpu-0"], on_cpu=True, omp_threads=1)
