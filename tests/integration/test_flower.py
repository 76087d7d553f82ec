"""Celery's own view of our jobs, through a real Flower: one job is one task, and queue lengths are true."""

import base64
import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from flower.urls import handlers
from tornado.web import URLSpec

from client.stack.child import ServiceProcess
from client.stack.processes import FLOWER_USER, stack_children
from client.stack.settings import StackSettings
from common.messaging.app import make_app
from common.settings import load_settings
from tests.ports import free_port
from tests.real_stack import FAKE_SWIFT, PATIENCE_SECONDS, RealStack, eventually, fake_inputs

pytestmark = pytest.mark.integration

PASSWORD = "flower-password-of-this-test"
QUICK = {"steps": 2, "seconds_per_step": 0.01}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    # As `swt up` sets them: over a socket, Flower counts the messages of database 0 only.
    settings = {"REDIS_DB": 1, "REDIS_BROKER_DB": 0, "NODE_TTL_SECONDS": 60}
    running = RealStack(tmp_path_factory.mktemp("flower"), free_port(), **settings).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def process(stack: RealStack) -> Iterator[ServiceProcess]:
    """Flower, as `swt up` starts it."""
    settings = StackSettings(
        data_dir=stack.folder,
        host="127.0.0.1",
        port=stack.port,
        api_key="",
        environ={name: value for name, value in stack.environment.items() if not name.endswith("_DB")},
        swift_python=FAKE_SWIFT,
        flower_port=free_port(),
        flower_password=PASSWORD,
    )
    (process,) = [child for child in stack_children(settings)[1] if child.name == "flower"]
    assert isinstance(process, ServiceProcess)
    process.launch()
    eventually(process.is_up, bool, what="Flower")
    yield process
    process.stop()


@pytest.fixture(scope="module")
def flower(process: ServiceProcess) -> Iterator[httpx2.Client]:
    port = next(part.partition("=")[2] for part in process.service.argv if part.startswith("--port="))
    with httpx2.Client(
        base_url=f"http://127.0.0.1:{port}", auth=(FLOWER_USER, PASSWORD), timeout=PATIENCE_SECONDS
    ) as client:
        eventually(lambda: client.get("/api/tasks").status_code, lambda status: status == 200, what="Flower's API")
        yield client


def state_of(flower: httpx2.Client, task_id: str) -> str:
    answer = flower.get(f"/api/task/info/{task_id}")
    return str(answer.json()["state"]) if answer.status_code == 200 else f"HTTP {answer.status_code}"


def go(model_path: str) -> None:
    """Let the fake that waits at a step go on."""
    (Path(model_path) / "go").touch()


def shows(flower: httpx2.Client, task_id: str, state: str) -> dict[str, Any]:
    """What Flower knows of the task, once it shows it in that state."""
    eventually(lambda: state_of(flower, task_id), lambda seen: seen == state, what=f"Flower's {state}")
    found: dict[str, Any] = flower.get(f"/api/task/info/{task_id}").json()
    return found


def test_a_job_is_one_task_from_submission_to_its_end(stack: RealStack, flower: httpx2.Client) -> None:
    stack.submit(**fake_inputs(stack.folder, steps=5000), output_dir="output/busy", gpus=2)
    stack.wait_for("busy", "running")
    # It goes on when that was seen: Flower looks at a busy machine's events in batches.
    inputs = fake_inputs(stack.folder, steps=2, wait_at_step=1)
    stack.submit(**inputs, output_dir="output/whole")
    task_id = stack.job("whole")["task_id"]

    waiting = shows(flower, task_id, "PENDING")
    assert (waiting["name"], json.loads(waiting["args"].replace("'", '"').replace(",)", "]").replace("(", "["))) == (
        "swift_trainer.place",
        ["whole"],
    )
    stack.http.post("/jobs/busy/stop")
    running = shows(flower, task_id, "STARTED")
    assert running["name"] == "swift_trainer.run"
    go(inputs["model_path"])
    stack.wait_for("whole", "completed")
    ended = shows(flower, task_id, "SUCCESS")
    assert "completed" in ended["result"]

    jobs = stack.get("/jobs", size=100)["jobs"]
    assert set(flower.get("/api/tasks").json()) == {job["task_id"] for job in jobs}


def test_while_it_trains_the_result_says_progress(stack: RealStack, flower: httpx2.Client) -> None:
    inputs = fake_inputs(stack.folder, steps=10, wait_at_step=5)
    stack.submit(**inputs, output_dir="output/progress")
    task_id = stack.job("progress")["task_id"]

    seen = eventually(
        lambda: flower.get(f"/api/task/result/{task_id}").json(), lambda answer: answer["state"] == "PROGRESS"
    )

    assert seen["task-id"] == task_id
    go(inputs["model_path"])
    stack.wait_for("progress", "completed")
    eventually(lambda: flower.get(f"/api/task/result/{task_id}").json()["state"], lambda state: state == "SUCCESS")


def test_a_job_that_fails_is_a_failure_with_its_reason(stack: RealStack, flower: httpx2.Client) -> None:
    stack.submit(**fake_inputs(stack.folder, **QUICK, fail_at_step=1), output_dir="output/fails")
    stack.wait_for("fails", "failed")

    failed = shows(flower, stack.job("fails")["task_id"], "FAILURE")

    assert "exit_nonzero" in failed["exception"]


def test_a_running_job_that_is_cancelled_is_revoked(stack: RealStack, flower: httpx2.Client) -> None:
    stack.submit(**fake_inputs(stack.folder, steps=5000), output_dir="output/stopped")
    stack.wait_for("stopped", "running")
    shows(flower, stack.job("stopped")["task_id"], "STARTED")

    stack.http.post("/jobs/stopped/stop")
    stack.wait_for("stopped", "cancelled")

    shows(flower, stack.job("stopped")["task_id"], "REVOKED")


def test_a_waiting_job_that_is_cancelled_is_revoked(stack: RealStack, flower: httpx2.Client) -> None:
    stack.submit(**fake_inputs(stack.folder), output_dir="output/too-large", gpus=3)
    shows(flower, stack.job("too-large")["task_id"], "PENDING")

    stack.http.post("/jobs/too-large/stop")

    shows(flower, stack.job("too-large")["task_id"], "REVOKED")


def test_doorbells_wait_by_priority_while_no_scheduler_is_there(
    stack: RealStack, flower: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    eventually(lambda: lengths(flower), lambda seen: seen == {"training": 0, "deploy": 0}, what="empty queues")
    stack.kill("scheduler")
    names = [f"job-{priority}-{turn}" for turn in (1, 2) for priority in (3, 10, 0, 7, 1, 9, 2, 8, 4, 6, 5)]
    too_large = {**fake_inputs(stack.folder), "gpus": 3}
    for name in names[:3]:
        stack.submit(**too_large, output_dir=f"output/{name}", priority=int(name.split("-")[1]))
    assert lengths(flower) == {"training": 3, "deploy": 0}
    for name in names[3:]:
        stack.submit(**too_large, output_dir=f"output/{name}", priority=int(name.split("-")[1]))

    assert lengths(flower) == {"training": 22, "deploy": 0}
    # Redis serves the plain list first: it is our priority 10, and `training:10` our 0.
    lists = {0: "training", **{step: f"training:{step}" for step in range(1, 11)}}
    for step, key in lists.items():
        waiting = [args_of(message)[0] for message in stack.redis_client(db=0).lrange(key, 0, -1)]
        assert waiting == [f"job-{10 - step}-2", f"job-{10 - step}-1"]
    assert served(stack, monkeypatch) == [f"job-{priority}-{turn}" for priority in range(10, -1, -1) for turn in (1, 2)]

    stack.start_process("scheduler")
    for name in names:
        assert stack.http.post(f"/jobs/{name}/stop").status_code == 200
    eventually(lambda: lengths(flower), lambda seen: seen == {"training": 0, "deploy": 0}, what="empty queues")


def lengths(flower: httpx2.Client) -> dict[str, int]:
    answer = flower.get("/api/queues/length").json()
    return {queue["name"]: queue["messages"] for queue in answer["active_queues"]}


def args_of(message: str) -> list[Any]:
    args, _, _ = json.loads(base64.b64decode(json.loads(message)["body"]))
    found: list[Any] = args
    return found


def served(stack: RealStack, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The jobs whose doorbells a consumer takes, in its order; each is put back as it was."""
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)
    broker = stack.redis_client(db=0)
    kept = {key: broker.lrange(key, 0, -1) for key in broker.scan_iter("training*")}
    app, taken = make_app(load_settings()), []
    with app.connection_for_read() as connection, connection.SimpleQueue(app.amqp.queues["training"]) as queue:
        while len(taken) < sum(map(len, kept.values())):
            message = queue.get(timeout=PATIENCE_SECONDS)
            message.ack()
            taken.append(message.payload[0][0])
    for key, messages in kept.items():
        broker.rpush(key, *messages)
    app.close()
    return taken


PATHS = ["/", "/api/tasks", "/tasks", "/metrics", "/healthcheck", "/static/css/flower.css", "/login", "/favicon.ico"]


@pytest.mark.parametrize("auth", [None, (FLOWER_USER, "wrong"), ("root", PASSWORD), ("", ""), ("ü", "ü")])
@pytest.mark.parametrize("path", PATHS)
def test_without_its_password_flower_tells_nothing(
    flower: httpx2.Client, path: str, auth: tuple[str, str] | None
) -> None:
    assert httpx2.get(f"{flower.base_url}{path}", auth=auth, timeout=PATIENCE_SECONDS).status_code == 401


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_none_of_its_routes_answers_without_its_password(flower: httpx2.Client, method: str) -> None:
    patterns = [handler.regex.pattern if isinstance(handler, URLSpec) else handler[0] for handler in handlers]
    paths = [re.sub(r"\(\.[*+]\)|\.\*|\??\$?$", "one", pattern) for pattern in patterns]
    assert len(paths) > 25

    with httpx2.Client(base_url=flower.base_url, timeout=PATIENCE_SECONDS) as stranger:
        for path in paths:
            answer = stranger.request(method, f"/{path.lstrip('/')}")

            assert answer.status_code == 401, path
            assert answer.headers["WWW-Authenticate"].startswith("Basic"), path


@pytest.mark.parametrize("header", ["Basic", "Basic ä", "Basic YQ", "Bearer YWRtaW46YWRtaW4=", "Basic " + "A" * 60_000])
def test_nor_does_what_is_no_password_at_all(flower: httpx2.Client, header: str) -> None:
    sent = {"Authorization": header.encode()}
    answer = httpx2.get(f"{flower.base_url}/metrics", headers=sent, timeout=PATIENCE_SECONDS)

    assert answer.status_code in {400, 401, 431}


def test_nothing_of_a_broken_header_is_logged(flower: httpx2.Client, stack: RealStack) -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\n"
    for broken in (b"Authorization: Basic CANARY\x01", b"CANARY \x01: x", b"Cookie CANARY", b"Content-Length: CANARY"):
        with socket.create_connection(("127.0.0.1", flower.base_url.port or 0), PATIENCE_SECONDS) as stranger:
            stranger.sendall(head + broken + b"\r\n\r\n")
            while stranger.recv(4096):
                pass

    log = (stack.folder / "logs" / "flower.log").read_text()
    assert "CANARY" not in log
    assert "a request that is no HTTP" in log


@pytest.mark.parametrize("path", ["/", "/metrics", "/healthcheck", "/static/css/flower.css", "/api/tasks"])
def test_with_its_password_all_of_flower_answers(flower: httpx2.Client, path: str) -> None:
    assert flower.get(path).status_code == 200


def start(stack: RealStack, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api.flower", f"--port={free_port()}", *arguments],
        env={**stack.environment, **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@pytest.mark.parametrize("credentials", ["", "admin", "admin:", "admin:short", ":a-password-without-its-user"])
def test_without_a_strong_password_it_does_not_start(stack: RealStack, credentials: str) -> None:
    ended = start(stack, FLOWER_BASIC_AUTH=credentials)

    assert (ended.returncode, ended.stderr.splitlines()[-1]) == (
        1,
        "flower: set FLOWER_BASIC_AUTH=<user>:<password>, a password of at least 16 characters",
    )


def test_nor_with_one_that_everybody_on_the_machine_can_read(stack: RealStack) -> None:
    ended = start(stack, f"--basic-auth=admin:{PASSWORD}")

    assert (ended.returncode, ended.stderr) == (
        1,
        "flower: everybody on this machine can read arguments: set FLOWER_BASIC_AUTH instead\n",
    )


def test_flower_only_looks(stack: RealStack, flower: httpx2.Client) -> None:
    for path in ("/api/task/revoke/some-task", "/api/task/async-apply/swift_trainer.place", "/api/worker/shutdown/w"):
        assert flower.post(path).status_code in {403, 405}


def test_flowers_password_is_in_no_argument_and_in_no_log(process: ServiceProcess) -> None:
    argv = Path(f"/proc/{process.pid}/cmdline").read_bytes()

    assert b"flower" in argv
    assert PASSWORD.encode() not in argv
    assert PASSWORD.encode() not in process.log_path.read_bytes()
