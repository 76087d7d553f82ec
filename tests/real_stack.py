"""The service's real processes over a real Redis, each of which a test may kill and start again."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx2
import psutil
import redis

from client.stack.embedded_redis import EmbeddedRedis
from common.settings import Settings, load_settings
from common.store import Store, keys, open_store
from common.store.consistency import inconsistencies
from tests.eventually import PATIENCE_SECONDS, NeverHappened, eventually
from tests.gunicorn_process import kill_gunicorn
from tests.ports import port_range

FAKE_SWIFT = Path(__file__).parent / "fakes" / "swift_python"
FINAL = {"completed", "failed", "cancelled"}
# A kept connection may be closed by the other side, which is idle or killed, in the moment that a request goes out.
FRESH_CONNECTIONS = httpx2.Limits(max_keepalive_connections=0)


class RealStack:
    """Redis, API, scheduler and worker of one test, on loopback and in a folder of their own."""

    def __init__(self, folder: Path, port: int, **environment: object) -> None:
        self.folder = folder
        self.redis = EmbeddedRedis(folder)
        self.port = port
        self.http = self._client("training")
        self.deploy_http = self._client("deploy")
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "ENVIRONMENT": "test",
            "DATA_DIR": str(folder),
            "NODE_NAME": "node-1",
            "GPU_SLOTS": "cpu:2",
            "SWIFT_PYTHON": str(FAKE_SWIFT),
            "INPUTS_VISIBLE_TO_API": "true",
            "QUEUE_CHECK_INTERVAL": "0.5",
            "HEARTBEAT_SECONDS": "0.3",
            "FOLLOW_SECONDS": "0.05",
            "NODE_TTL_SECONDS": "5",
            "HINT_TIMEOUT_SECONDS": "2",
            "STOP_GRACE_SECONDS": "3",
            "DEPLOY_PORT_RANGE": port_range(),
            **{name: str(value) for name, value in environment.items()},
        }
        # What only one of the processes is told, each time that it starts.
        self.own_environment: dict[str, dict[str, str]] = {}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self) -> "RealStack":
        self.redis.start()
        self.environment["REDIS_SOCKET"] = str(self.redis.socket_path)
        for name in ("api", "scheduler", "deployer", "worker"):
            self.start_process(name)
        try:
            self.wait_until_ready()
        except AssertionError:
            self.stop()
            raise
        return self

    def show_key(self, key: str) -> None:
        """Ask everything with this API key from now on."""
        for client in (self.http, self.deploy_http):
            client.headers["Authorization"] = f"Bearer {key}"

    def wait_until_ready(self) -> None:
        eventually(self._ready_or_dead, bool, what="a ready API")
        try:
            eventually(self._free_gpus, bool, what="a node")
        except NeverHappened as never:
            raise NeverHappened(f"{never}; worker.log: {self.log_file('worker').read_text()}") from None

    def log_file(self, name: str) -> Path:
        """Where a process, and each that takes its place, writes its log."""
        return self.folder / f"{name}.log"

    def start_process(self, name: str, **environment: object) -> subprocess.Popen[bytes]:
        commands = {
            "api": [
                "-m",
                "gunicorn",
                "api.app:create_app()",
                "-c",
                "python:api.gunicorn_hooks",
                "--no-control-socket",
            ],
            "scheduler": ["-m", "scheduler.main"],
            "deployer": ["-m", "deploy.main"],
            "gateway": ["-m", "deploy.gateway"],
            "duties": ["-m", "scheduler.duties"],
            "worker": ["-m", "workers.main"],
        }
        argv = [sys.executable, *commands[name.partition("-")[0]]]
        if name == "api":
            argv += ["-b", f"127.0.0.1:{self.port}"]
        changed = {key: str(value) for key, value in environment.items()}
        with self.log_file(name).open("ab") as log:
            process = subprocess.Popen(
                argv,
                env={**self.environment, **self.own_environment.get(name, {}), **changed},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        self.processes[name] = process
        self._started.append(process)
        return process

    def add_node(self, number: int, **environment: object) -> str:
        """Start the worker of another node, with a disk of its own; returns the process's name.

        All that it shares with the first one is the stack's folder `shared`.
        """
        name, disk = f"worker-{number}", self.folder / f"disk-{number}"
        settings = {"NODE_NAME": f"node-{number}", "DATA_DIR": disk, "ALLOWED_ROOTS": self.folder / "shared"}
        self.own_environment[name] = {key: str(value) for key, value in {**settings, **environment}.items()}
        self.start_process(name)
        return name

    def kill(self, name: str) -> None:
        """SIGKILL, as the kernel's out-of-memory killer does it; the API is dead when nobody listens any more."""
        if name == "api":
            kill_gunicorn(self.processes[name], self.port)
            return
        self.processes[name].kill()
        self.processes[name].wait(timeout=PATIENCE_SECONDS)

    def terminate(self, name: str) -> None:
        """SIGTERM, as an upgrade does it."""
        self.processes[name].terminate()
        self.processes[name].wait(timeout=PATIENCE_SECONDS)

    def replace(self, name: str, **environment: object) -> None:
        """SIGKILL, and at once another one in its place, with other settings if they are given."""
        self.kill(name)
        self.start_process(name, **environment)

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """The process does nothing meanwhile: what it would do next cannot overtake the test."""
        process = psutil.Process(self.processes[name].pid)
        process.suspend()
        try:
            yield
        finally:
            process.resume()

    def start_what_died(self) -> list[str]:
        """As a service manager does it; says what it was and its exit code."""
        died = [(name, process.returncode) for name, process in self.processes.items() if process.poll() is not None]
        for name, _ in died:
            self.start_process(name)
        return [f"{name} ended with {code}" for name, code in died]

    def repair(self) -> None:
        """Start again whatever has died, and forget all jobs."""
        self.redis.start()
        self.start_what_died()
        eventually(self._ready, bool, what="a ready API")
        eventually(self._delete_jobs, lambda left: left == [], what="the end of all jobs")
        self.wait_until_ready()

    def expect_consistent(self) -> None:
        """Records, indexes and leases agree, at the latest in a moment."""
        with self.store() as store:
            eventually(lambda: inconsistencies(store), lambda problems: problems == [], what="consistency")

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The stack's own Redis, as its processes see it."""
        opened = open_store(self.settings())
        try:
            yield opened
        finally:
            opened.client.close()

    def stop(self) -> None:
        """Jobs first; whatever becomes of them, no process is left to the tests that follow."""
        try:
            self._stop_jobs()
        finally:
            self._stop_processes()
            self.redis.stop()
            self.http.close()
            self.deploy_http.close()

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        response = self.http.get(path, params=params)
        response.raise_for_status()
        return response.json()

    def submit(self, **body: Any) -> dict[str, Any]:
        response = self.http.post("/jobs", json=body)
        assert response.status_code == 201, response.text
        return response.json()

    def job(self, job_id: str) -> dict[str, Any]:
        return self.get(f"/jobs/{job_id}")

    def wait_for(self, job_id: str, *states: str, timeout: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The job once it is in one of these states; gives up early on another final one."""
        seen = eventually(
            lambda: self.job(job_id),
            lambda job: job["status"] in states or job["status"] in FINAL,
            timeout,
            f"job {job_id} {' or '.join(states)}",
        )
        assert seen["status"] in states, f"{seen['status']}: {seen['reason']}: {seen['message']}\n{self.log_of(job_id)}"
        return seen

    def log_of(self, job_id: str) -> str:
        return self.get(f"/jobs/{job_id}/logs", offset=0)["text"]

    def redis_client(self, db: int = 0) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.redis.socket_path), db=db, decode_responses=True)

    def broker_client(self) -> redis.Redis:
        return self.redis_client(db=1)

    def settings(self) -> Settings:
        """What its processes read."""
        with patch.dict(os.environ, self.environment, clear=True):
            return load_settings()

    def celery_state(self, task_id: str) -> str:
        return str(json.loads(self.redis_client().get(f"celery-task-meta-{task_id}") or "{}").get("status", "PENDING"))

    def _client(self, api: str) -> httpx2.Client:
        url = f"http://127.0.0.1:{self.port}/api/v1/{api}"
        return httpx2.Client(base_url=url, timeout=PATIENCE_SECONDS, limits=FRESH_CONNECTIONS)

    def _stop_jobs(self) -> None:
        for job in self._jobs_that_run():
            (self.deploy_http if job["is_deployment"] else self.http).post(f"/jobs/{job['job_id']}/stop")
        if self._ready():
            eventually(self._jobs_that_run, lambda jobs: not jobs, what="the end of all jobs")
            eventually(self.deleting, lambda left: left == [], what="the end of all that was deleted")

    def _stop_processes(self) -> None:
        for process in self._started:
            process.send_signal(signal.SIGTERM)
        for process in self._started:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _ready_or_dead(self) -> bool:
        code = self.processes["api"].poll()
        assert code is None, f"the API ended with {code}: {self.log_file('api').read_text()[-3000:]}"
        return self._ready()

    def _ready(self) -> bool:
        try:
            return self.http.get(f"http://127.0.0.1:{self.port}/readyz").status_code == 200
        except httpx2.TransportError:
            return False

    def _free_gpus(self) -> list[dict[str, Any]]:
        return [gpu for gpu in self.get("/gpus")["gpus"] if gpu["available"]]

    def _delete_jobs(self) -> list[str]:
        """The ids of those that are still there, seen or not."""
        for job in self.get("/jobs", size=100)["jobs"]:
            self.http.delete(f"/jobs/{job['id']}")
        return [job["id"] for job in self.get("/jobs", size=100)["jobs"]] + self.deleting()

    def deleting(self) -> list[str]:
        """The ids of those that were deleted, and are not forgotten because they have not ended yet."""
        return list(self.redis_client().zrange(keys.JOBS_DELETING, 0, -1))

    def wait_until_forgotten(self, *job_ids: str) -> None:
        """They were deleted, have ended, and their ids are free."""
        eventually(lambda: set(job_ids) & set(self.deleting()), lambda left: not left, what="oblivion")

    def _jobs_that_run(self) -> list[dict[str, Any]]:
        if not self._ready():
            return []
        trainings = [self.get("/jobs", status=state, size=100)["jobs"] for state in ("queued", "assigned", "running")]
        states = ("queued", "assigned", "starting", "running")
        deployments = [self.get_deployments(status=state, size=100) for state in states]
        found = [(False, job) for jobs in trainings for job in jobs] + [
            (True, job) for jobs in deployments for job in jobs
        ]
        return [{**job, "is_deployment": is_deployment} for is_deployment, job in found]

    def get_deployments(self, **params: Any) -> list[dict[str, Any]]:
        return self.deploy_http.get("/jobs", params=params).raise_for_status().json()["jobs"]

    def deploy(self, **body: Any) -> dict[str, Any]:
        response = self.deploy_http.post("/jobs", json=body)
        assert response.status_code == 201, response.text
        return response.json()

    def deployment(self, job_id: str) -> dict[str, Any]:
        return self.deploy_http.get(f"/jobs/{job_id}").raise_for_status().json()

    def deployment_log(self, job_id: str) -> str:
        return str(self.deploy_http.get(f"/jobs/{job_id}/logs", params={"offset": 0}).json()["text"])

    def deployment_events(self, job_id: str) -> list[str]:
        answer = self.deploy_http.get(f"/jobs/{job_id}/events", params={"limit": 500}).json()
        return [event["type"] for event in answer["events"]]

    def wait_for_deployment(self, job_id: str, *states: str, timeout: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The deployment once it is in one of these states; gives up early when it has failed."""
        seen = eventually(
            lambda: self.deployment(job_id),
            lambda job: job["status"] in states or job["status"] == "failed",
            timeout,
            f"deployment {job_id} {' or '.join(states)}",
        )
        why = f"{seen['status']}: {seen['reason']}: {seen['message']}\n{self.deployment_log(job_id)}"
        assert seen["status"] in states, why
        return seen


def fake_inputs(folder: Path, **knobs: object) -> dict[str, str]:
    """A model and a data set that pass every check; the knobs steer the fake swift that trains on them."""
    name = f"inputs-{len(list(folder.glob('inputs-*')))}"
    model, data = folder / name / "model", folder / name / "data.jsonl"
    model.mkdir(parents=True)
    (model / "config.json").write_text('{"model_type": "qwen2"}')
    (model / "model.safetensors").write_bytes(b"\x08\x00\x00\x00\x00\x00\x00\x00{}      ")
    (model / "fake.json").write_text(json.dumps(knobs))
    data.write_text('{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n')
    return {"model_path": str(model), "data_path": str(data), "task_type": "llm"}
