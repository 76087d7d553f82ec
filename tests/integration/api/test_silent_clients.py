"""Clients that begin a request and fall silent, and a server whose master is killed: neither keeps others waiting."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import psutil
import pytest

from client.stack.embedded_redis import EmbeddedRedis
from tests import bodies
from tests.eventually import PATIENCE_SECONDS, eventually
from tests.integration.api.expect import TRAINING
from tests.integration.api.live_server import LiveServer, live_server

pytestmark = pytest.mark.integration

THREADS = 8
HEAD = b"POST /api/v1/training/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
IN_ITS_HEADERS = HEAD
IN_ITS_BODY = HEAD + b"Content-Length: 100\r\n\r\n{"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    with (
        EmbeddedRedis(tmp_path) as redis,
        live_server(tmp_path, redis.socket_path, CLIENT_SILENCE_SECONDS=2) as running,
    ):
        yield running


@pytest.mark.parametrize("begun", [IN_ITS_HEADERS, IN_ITS_BODY])
def test_clients_that_fall_silent_give_their_threads_back(server: LiveServer, begun: bytes) -> None:
    with ExitStack() as kept:
        for _ in range(2 * THREADS):
            client = kept.enter_context(socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS))
            client.sendall(begun)

        answer = httpx2.get(f"http://127.0.0.1:{server.port}/healthz", timeout=PATIENCE_SECONDS)

    assert answer.status_code == 200
    assert server.get("/jobs")["total"] == 0


def test_a_client_that_falls_silent_in_its_body_is_told_so(server: LiveServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS) as client:
        client.sendall(IN_ITS_BODY)

        answer = client.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"malformed_request" in answer


def test_a_worker_goes_with_its_master_and_leaves_the_port(server: LiveServer) -> None:
    assert server.http.post(f"{TRAINING}/jobs", json=bodies.training(job_id="waits")).status_code == 201
    workers = psutil.Process(server.process.pid).children()
    with server.raw_request("/jobs/waits/events") as stream:  # keeps an orphan busy
        assert stream.recv(1)
        server.process.kill()
        server.process.wait()

        _, alive = psutil.wait_procs(workers, timeout=PATIENCE_SECONDS)

    assert (len(workers), alive) == (1, [])
    eventually(lambda: _listens(server.port), lambda listens: not listens, what="a free port")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
