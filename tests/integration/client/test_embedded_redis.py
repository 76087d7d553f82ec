"""The embedded Redis keeps its data, keeps to itself and goes with its parent."""

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import redis

from client.stack.embedded_redis import EmbeddedRedis
from client.stack.errors import StackError
from tests.eventually import eventually

pytestmark = pytest.mark.integration

CHILD = """
import sys, time
from pathlib import Path
from client.stack.embedded_redis import EmbeddedRedis
server = EmbeddedRedis(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def server(data_dir: Path) -> Iterator[EmbeddedRedis]:
    with EmbeddedRedis(data_dir) as started:
        yield started


@pytest.fixture
def connection(server: EmbeddedRedis) -> Iterator[redis.Redis]:
    with redis.Redis(unix_socket_path=str(server.socket_path), decode_responses=True) as client:
        yield client


def test_data_survives_sigkill(server, connection):
    for number in range(1000):
        connection.set(f"key:{number}", number)

    server.kill()
    assert not server.is_up()
    server.start()

    assert connection.dbsize() == 1000
    assert connection.get("key:999") == "999"


def test_data_survives_an_orderly_restart(server, connection):
    connection.set("kept", "yes")

    server.restart()

    assert connection.get("kept") == "yes"


def test_only_the_owner_can_reach_the_socket(server):
    assert stat.S_IMODE(server.socket_path.stat().st_mode) == 0o700
    assert stat.S_IMODE(server.socket_path.parent.stat().st_mode) == 0o700


def test_it_opens_no_tcp_port(server):
    assert psutil.Process(server.pid).net_connections(kind="inet") == []


def test_it_writes_an_aof_and_never_evicts(connection):
    settings = connection.config_get("append*", "maxmemory-policy", "save", "databases")

    assert settings["appendonly"] == "yes"
    assert settings["appendfsync"] == "always"
    assert settings["maxmemory-policy"] == "noeviction"
    assert settings["save"] == ""
    assert settings["databases"] == "16"


def test_it_dies_when_its_parent_is_killed(data_dir, is_gone):
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        server_pid = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)

    eventually(lambda: is_gone(server_pid), bool, what="the server ends after its parent was killed")


def test_a_successor_waits_for_the_server_of_a_killed_parent(data_dir, monkeypatch):
    monkeypatch.setattr("client.stack.embedded_redis.LEFTOVER_SECONDS", 90)  # a busy machine is slow to end it
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        parent.stdout.readline()
        os.kill(parent.pid, signal.SIGKILL)

        with EmbeddedRedis(data_dir) as successor:
            assert successor.is_up()


def test_a_second_server_on_the_same_folder_is_refused(server, data_dir, monkeypatch):
    monkeypatch.setattr("client.stack.embedded_redis.LEFTOVER_SECONDS", 0.1)

    with pytest.raises(StackError, match="another Redis uses"):
        EmbeddedRedis(data_dir).start()

    assert server.is_up()


def test_stopping_ends_the_process_and_is_repeatable(data_dir, is_gone):
    server = EmbeddedRedis(data_dir)
    server.start()
    pid = server.pid

    server.stop()
    server.stop()

    assert is_gone(pid)
    assert server.pid is None
    assert not server.is_up()


def test_a_damaged_aof_is_reported_with_the_servers_words(data_dir):
    with EmbeddedRedis(data_dir) as server, redis.Redis(unix_socket_path=str(server.socket_path)) as connection:
        for number in range(100):
            connection.set(f"key:{number}", "x" * 100)
    (increments,) = (data_dir / "redis" / "appendonlydir").glob("*.incr.aof")
    content = bytearray(increments.read_bytes())
    content[500:600] = b"?" * 100
    increments.write_bytes(content)

    with pytest.raises(StackError, match=r"did not start(.|\n)*(AOF|append only|format)"):
        EmbeddedRedis(data_dir).start()


def test_starting_from_a_passing_thread_is_refused(data_dir):
    problems = []

    def start() -> None:
        try:
            EmbeddedRedis(data_dir).start()
        except RuntimeError as problem:
            problems.append(str(problem))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()

    assert "main thread" in problems[0]


def test_a_very_long_data_folder_still_gets_a_socket(tmp_path):
    deep = tmp_path / ("d" * 100) / ("e" * 100)

    with EmbeddedRedis(deep) as server:
        assert server.is_up()
        assert (deep / "redis" / "appendonlydir").is_dir()


def test_the_server_inherits_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what it is started with: the server writes its title over the environment that others could read."""
    started: list[dict[str, Any]] = []
    popen = subprocess.Popen
    monkeypatch.setenv("API_KEY", "a-secret")
    monkeypatch.setattr(subprocess, "Popen", lambda *words, **more: started.append(more) or popen(*words, **more))

    with EmbeddedRedis(tmp_path):
        pass

    [only] = started
    assert only["env"]["PATH"] == os.environ["PATH"]
    assert "a-secret" not in only["env"].values()
