"""Which stores the processes begin on, what they say of the others, and the command that migrates one."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from client.stack.embedded_redis import EmbeddedRedis
from common.settings import Settings
from common.store import Store, keys
from common.store.migrations import VERSION
from tests.eventually import PATIENCE_SECONDS, eventually
from tests.old_stores.capture import VERSION_0, restore
from tests.ports import free_port

pytestmark = pytest.mark.integration

REFUSED = f"the store in Redis has version {VERSION + 1}, and this release knows no later one than {VERSION}"
SWT_MIGRATE = ("client.stack.migrate",)
PROCESSES = {
    "api": ("gunicorn", "api.app:create_app()", "-c", "python:api.gunicorn_hooks", "--no-control-socket"),
    "scheduler": ("scheduler.main",),
    "deployer": ("deploy.main",),
    "gateway": ("deploy.gateway",),
    "worker": ("workers.main",),
}

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(settings: Settings, tmp_path: Path) -> Iterator[Start]:
    """Start a module on the tier's Redis; whatever runs after the test is ended."""
    started: list[subprocess.Popen[str]] = []

    def run(module: tuple[str, ...], **environment: object) -> subprocess.Popen[str]:
        own = {"REDIS_SOCKET": settings.redis_socket, "GATEWAY_PORT": free_port(), "GPU_SLOTS": "cpu:1", **environment}
        env = {**os.environ, "PYTHONUNBUFFERED": "1", **{name: str(value) for name, value in own.items()}}
        argv = [sys.executable, "-m", *module, *(["-b", f"127.0.0.1:{free_port()}"] if "gunicorn" in module else [])]
        pipe = subprocess.PIPE
        process = subprocess.Popen(argv, env=env, cwd=tmp_path, stdout=pipe, stderr=subprocess.STDOUT, text=True)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def make_newer(store: Store) -> None:
    store.facts.read()
    store.client.hset(keys.STORE, "version", VERSION + 1)


def test_every_process_refuses_a_store_that_a_newer_release_has_migrated(store: Store, start: Start) -> None:
    make_newer(store)

    started = {name: start(module) for name, module in PROCESSES.items()}

    for name, process in started.items():
        said, _ = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 3, said
        assert f"{name}: {REFUSED}: a newer release has migrated it; install that release here" in said
    assert store.nodes.all() == []


def test_a_process_that_began_without_redis_ends_when_redis_tells(start: Start, tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path / "another")
    deployer = start(PROCESSES["deployer"], REDIS_SOCKET=server.socket_path, LOG_FORMAT="json")
    assert deployer.stdout is not None
    eventually(deployer.stdout.readline, lambda line: "deployer_started" in line)

    with server:
        newer = {"id": "a", "created_at_ms": 1, "version": 99}
        redis.Redis(unix_socket_path=str(server.socket_path)).hset(keys.STORE, mapping=newer)
        said, _ = deployer.communicate(timeout=PATIENCE_SECONDS)

    assert "store_version_refused" in said
    assert "version 99" in said


def test_an_older_store_is_worked_on_and_told_of(store: Store, start: Start) -> None:
    restore(store.client, VERSION_0)

    deployer = start(PROCESSES["deployer"], LOG_FORMAT="json")

    assert deployer.stdout is not None
    lines = iter(deployer.stdout.readline, "")
    found = next(json.loads(line) for line in lines if "store_not_migrated" in line)
    assert (found["version"], found["latest"]) == (0, VERSION)
    assert found["hint"] == "run `swt migrate` when every process is of this release"
    eventually(lambda: store.client.exists(keys.DEPLOYER_LOCK), bool, what="a deployer at work")


def test_swt_migrate_shows_does_and_has_nothing_more_to_do(store: Store, start: Start) -> None:
    restore(store.client, VERSION_0)

    def swt(*words: str) -> str:
        said, _ = start((*SWT_MIGRATE, *words)).communicate(timeout=PATIENCE_SECONDS)
        return said

    shown = json.loads(swt("--dry-run", "-o", "json"))
    assert (shown["before"], shown["now"], [each["name"] for each in shown["migrations"]]) == (0, 0, ["indexes"])
    assert swt("--dry-run").splitlines()[1].split()[:2] == ["1", "indexes"]
    assert store.facts.read().version == 0

    done = swt().splitlines()
    assert done[:2] == ["to version 1: 13 of 49", "to version 1: 49 of 49"]
    assert done[3].split()[:2] == ["1", "indexes"]
    assert swt() == f"the store has version {VERSION} already: there is nothing to do\n"
    assert swt("--again").splitlines()[3].split()[:2] == ["1", "indexes"]


def test_swt_migrate_makes_no_store_where_there_is_none(store: Store, start: Start) -> None:
    for words in (("--dry-run",), (), ("-o", "json")):
        process = start((*SWT_MIGRATE, *words))
        said, _ = process.communicate(timeout=PATIENCE_SECONDS)
        assert (process.returncode, said.startswith("there is no store there yet")) == (0, True), said

    assert [*store.client.scan_iter()] == []


def test_swt_migrate_says_why_it_cannot(store: Store, start: Start, tmp_path: Path) -> None:
    make_newer(store)
    refused = start(SWT_MIGRATE)
    away = start(SWT_MIGRATE, REDIS_SOCKET=tmp_path / "nobody.sock")

    said, _ = refused.communicate(timeout=PATIENCE_SECONDS)
    assert (refused.returncode, said.startswith(f"swt: {REFUSED}")) == (4, True), said
    said, _ = away.communicate(timeout=PATIENCE_SECONDS)
    assert (away.returncode, said.startswith("swt: ")) == (5, True), said
