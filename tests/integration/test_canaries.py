"""Secrets planted all over a stack of `swt up`, errors of every kind, and then a search: nowhere is any of them.

In both formats of logs; in arguments and environments of all processes, logs, answers, Redis, and files.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest
import redis

from client.stack.socket_folder import socket_path
from common.swift.inputs.places.roots import OWN_NAMES
from tests import bodies
from tests.integration.deploy.deployments.test_keys_stay_secret import everything_in_redis, files_with
from tests.ports import free_port, port_range
from tests.real_stack import FAKE_SWIFT, PATIENCE_SECONDS, eventually, fake_inputs

pytestmark = pytest.mark.integration

API_KEY = "canary-of-the-admin-key-0123456789abcdef"
SEAL = "canary-of-the-seal"
OF_WORKER = {
    "HF_TOKEN": "canary-of-hugging-face",
    "MODELSCOPE_API_TOKEN": "canary-of-modelscope",
    "WANDB_API_KEY": "canary-of-a-tracker",
}
OF_DEPLOYER = {"AWS_SECRET_ACCESS_KEY": "canary-of-a-cloud"}
OF_NOBODY = {
    "REDIS_PASSWORD": "canary-of-another-redis",
    "GITHUB_TOKEN": "canary-of-something-else",
    "SWIFT_TRAINER_API_KEY": "canary-of-a-client",
}
WRONG_KEY = "canary-of-a-wrong-key"
SERVER_KEY = "canary-of-a-model-server"
OPTION = "canary-in-an-option"
# The files that are there to hold one, each for its owner alone.
KEPT = ("api_key", "deployment_secret", "flower_password")


@dataclass
class Up:
    """`swt up` in a home of its own."""

    home: Path
    log_format: str
    port: int = field(default_factory=free_port)
    answers: list[str] = field(default_factory=list)
    made_keys: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.data_dir = self.home / "data"
        self.http = httpx2.Client(
            base_url=f"http://127.0.0.1:{self.port}", timeout=PATIENCE_SECONDS, headers={"X-API-Key": API_KEY}
        )
        given = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "ENVIRONMENT": "test",
            "LOG_FORMAT": self.log_format,
            "LOG_LEVEL": "DEBUG",
            "SWIFT_PYTHON": str(FAKE_SWIFT),
            "NODE_NAME": "node-1",
            "FLOWER_PORT": str(free_port()),
            "GATEWAY_PORT": str(free_port()),
            "DEPLOY_PORT_RANGE": port_range(),
            "DEPLOY_RESTARTS_MAX": "0",
            "QUEUE_CHECK_INTERVAL": "0.5",
            "RATE_LIMIT": "",
        }
        options = ["--port", str(self.port), "--slots", "cpu:2", "--data-dir", str(self.data_dir)]
        with (self.home / "up.log").open("wb") as log:
            self.process = subprocess.Popen(
                [str(Path(sys.executable).with_name("swt")), "up", *options],
                env={**given, "API_KEY": API_KEY, "DEPLOYMENT_SECRET": SEAL, **OF_WORKER, **OF_DEPLOYER, **OF_NOBODY},
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def ask(self, method: str, path: str, **request: Any) -> httpx2.Response:
        """The answer, which is kept for the search."""
        answer = self.http.request(method, f"/api/v1{path}", **request)
        self.answers.append(f"{answer.status_code} {dict(answer.headers)} {answer.text}")
        return answer

    def is_ready(self) -> bool:
        assert self.process.poll() is None, (self.home / "up.log").read_text()
        try:
            is_up = self.http.get("/readyz").status_code == 200
            return is_up and self.http.get("/api/v1/training/gpus").json()["total"] > 0
        except (httpx2.TransportError, KeyError):
            return False

    def children(self) -> dict[str, list[psutil.Process]]:
        """By name, gunicorn's workers beside their master."""
        found: dict[str, list[psutil.Process]] = {}
        names = {"gunicorn": "api", "scheduler.main": "scheduler", "deploy.main": "deployer", "workers.main": "worker"}
        names |= {"deploy.gateway": "gateway", "flower": "flower", "unixsocket": "redis", "workers.runner": "runner"}
        for process in psutil.Process(self.process.pid).children(recursive=True):
            line = _arguments(process.pid)
            name = next((name for word, name in names.items() if word in line), "swift")
            found.setdefault(name, []).append(process)
        return found

    def database(self, db: int) -> redis.Redis:
        path = str(socket_path(self.data_dir))
        return redis.Redis(unix_socket_path=path, db=db, decode_responses=True, encoding_errors="replace")

    def state(self, path: str, *states: str) -> None:
        eventually(lambda: self.ask("GET", path).json().get("status"), lambda seen: seen in states, what=path)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE_SECONDS)
        finally:
            self.process.kill()
            self.http.close()


@pytest.fixture(params=["json", "console"])
def up(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Up]:
    stack = Up(tmp_path, request.param)
    try:
        eventually(stack.is_ready, bool, what="a ready stack")
        yield stack
    finally:
        stack.stop()


def test_no_secret_is_to_be_found_after_errors_of_every_kind(up: Up) -> None:
    _expect_secrets_where_they_belong(up)
    up.made_keys = [up.ask("POST", "/keys", json={"name": "ci", "scope": "write"}).json()["key"]]
    up.answers.clear()  # this one answer tells the key

    _ask_wrongly(up)
    _fail_a_job_and_a_deployment(up)
    _bend_messages(up)
    _break_processes(up)

    _expect_no_secret(up)
    up.stop()
    _expect_no_secret_in_files(up)
    assert {path.name for path in up.data_dir.iterdir()} - {"outputs"} <= set(OWN_NAMES)


def _ask_wrongly(up: Up) -> None:
    json_type = {"Content-Type": "application/json"}
    wrong = {"X-API-Key": WRONG_KEY}
    options = {"hub_token": OPTION, "swanlab_token": OPTION, "api_key": OPTION, "ignore_args_error": True}
    server = bodies.deployment(model_path="/etc", api_key=f"{SERVER_KEY} with spaces", extra_args=options)

    assert up.ask("POST", "/training/jobs", content=b'{"model_path', headers=json_type).status_code == 400
    assert up.ask("GET", "/training/jobs", headers=wrong).status_code == 401
    job = bodies.training(model_path="/etc", data_path="/etc", output_dir="/etc", extra_args=options)
    assert up.ask("POST", "/training/jobs", json=job).status_code == 422
    assert up.ask("POST", "/deploy/jobs", json=server).status_code == 422
    made = {"X-API-Key": up.made_keys[0]}
    assert up.ask("GET", "/training/jobs/none", headers=made).status_code == 404
    assert up.ask("GET", "/audit", headers=made).status_code == 403
    up.database(1).set("st:job:broken", "no hash")
    assert up.ask("GET", "/training/jobs/broken").status_code == 500
    up.database(1).delete("st:job:broken")


def _fail_a_job_and_a_deployment(up: Up) -> None:
    broken = fake_inputs(up.home, fail_at_step=2, fail_at_start=True)
    job = up.ask("POST", "/training/jobs", json={**broken, "output_dir": "outputs/one", "job_id": "one"})
    assert job.status_code == 201, job.text
    body = bodies.deployment(model_path=broken["model_path"], api_key=SERVER_KEY)
    made = up.ask("POST", "/deploy/jobs", json=body)
    assert made.status_code == 201, made.text
    up.answers.remove(up.answers[-1])  # the one that tells the server's key
    up.state("/training/jobs/one", "failed")
    up.state(f"/deploy/jobs/{made.json()['job_id']}", "failed")
    for path in ("/training/jobs/one/logs?offset=0", "/training/jobs/one/events", "/audit", "/keys", "/nodes"):
        up.ask("GET", path)


def _bend_messages(up: Up) -> None:
    queues, broker = ("training", "node.node-1"), up.database(0)
    for queue in queues:
        for message in (b"hello", b"{}", json.dumps({"body": "%%%", "headers": [1], "properties": {}}).encode()):
            broker.lpush(queue, message)
    eventually(lambda: sum(map(broker.llen, queues)), lambda left: left == 0, what="empty queues")


def _break_processes(up: Up) -> None:
    for name in ("worker", "redis"):
        [process] = up.children()[name][:1]
        process.kill()
        if name == "redis":
            eventually(lambda: up.ask("GET", "/training/gpus").status_code, lambda status: status in {200, 503})
        eventually(lambda name=name: up.children().get(name, []), lambda seen, gone=process: seen and gone not in seen)
        eventually(up.is_ready, bool, what=f"the stack without its {name}")


def _expect_secrets_where_they_belong(up: Up) -> None:
    """In the environments of those that need them, and of no others."""
    everything = [API_KEY, SEAL, *OF_WORKER.values(), *OF_DEPLOYER.values(), *OF_NOBODY.values()]
    held = {
        name: [secret for secret in everything if any(secret in _environment(each) for each in processes)]
        for name, processes in up.children().items()
    }

    assert held.pop("swift", []) == []  # the worker asks its ms-swift for the options
    assert held == {
        "api": [API_KEY, SEAL],
        "gateway": [API_KEY, SEAL],
        "worker": [SEAL, *OF_WORKER.values()],
        "deployer": [SEAL, *OF_DEPLOYER.values()],
        "scheduler": [],
        "flower": [],
        "redis": [],
    }


def _environment(process: psutil.Process) -> list[str]:
    try:
        return list(process.environ().values())
    except psutil.Error:
        return []


def _expect_no_secret(up: Up) -> None:
    secrets = _secrets(up)
    everywhere = {
        "answers": "\n".join(up.answers),
        "redis": everything_in_redis(_Records(up.database(1)), up.database(0)),
        "arguments": "\n".join(map(_arguments, psutil.pids())),
        "terminal": (up.home / "up.log").read_text(),
    }

    found = {name: [secret for secret in secrets if secret in text] for name, text in everywhere.items()}
    assert found == {name: [] for name in everywhere}
    assert len(everywhere["redis"]) > 1000


def _arguments(pid: int) -> str:
    try:
        return " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return ""


def _expect_no_secret_in_files(up: Up) -> None:
    holders = [up.data_dir / name for name in KEPT if (up.data_dir / name).exists()]
    credentials = up.home / ".config" / "swift-trainer" / "credentials.json"
    logs = {path.name: path.stat().st_size for path in (up.data_dir / "logs").iterdir()}

    assert [path for path in files_with(up.home, _secrets(up)) if path not in holders] == [credentials]
    assert {oct(path.stat().st_mode & 0o777) for path in (*holders, credentials)} == {"0o600"}
    assert {"api.log", "scheduler.log", "worker.log", "deployer.log", "gateway.log", "redis.log"} <= logs.keys()
    for name in ("api.log", "scheduler.log", "worker.log"):
        first = next(line for line in (up.data_dir / "logs" / name).read_text().splitlines() if "process" in line)
        assert first.startswith("{") is (up.log_format == "json"), name
    told = (up.data_dir / "logs" / "api.log").read_text()
    assert ("Traceback (most recent call last)" in told, "locals" in told) == (True, False)


def _secrets(up: Up) -> list[str]:
    flower = (up.data_dir / "flower_password").read_text().strip()
    environment = [*OF_WORKER.values(), *OF_DEPLOYER.values(), *OF_NOBODY.values()]
    return [API_KEY, SEAL, *environment, WRONG_KEY, SERVER_KEY, OPTION, flower, *up.made_keys]


@dataclass
class _Records:
    client: redis.Redis
