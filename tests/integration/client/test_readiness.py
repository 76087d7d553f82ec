"""A process is ready when it answers, or waits for its first message."""

import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from client.stack.embedded_redis import EmbeddedRedis
from client.stack.readiness import answers_200, consumers_wait, deployer_waits
from tests.eventually import eventually
from tests.ports import free_port

pytestmark = pytest.mark.integration


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/readyz" else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def port() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_only_200_is_ready(port):
    eventually(answers_200("127.0.0.1", port, "/readyz"), bool, what="an answer")
    assert not answers_200("127.0.0.1", port, "/elsewhere")()


def test_a_port_where_nobody_listens_is_not_ready():
    assert not answers_200("127.0.0.1", free_port(), "/readyz")()


def test_consumers_are_ready_when_all_of_them_wait_for_a_message(data_dir):
    with EmbeddedRedis(data_dir) as server, ExitStack() as connections:
        one_waits, two_wait = consumers_wait(server.socket_path, 1), consumers_wait(server.socket_path, 2)

        def wait_for_a_message() -> None:
            consumer = connections.enter_context(socket.socket(socket.AF_UNIX))
            consumer.connect(str(server.socket_path))
            consumer.sendall(b"BRPOP queue 0\r\n")

        assert not one_waits()
        wait_for_a_message()
        eventually(one_waits, bool, what="one consumer waits")
        assert not two_wait()
        wait_for_a_message()
        eventually(two_wait, bool, what="two consumers wait")


def test_a_deployer_is_ready_when_it_waits_for_its_bell(data_dir):
    with EmbeddedRedis(data_dir) as server, socket.socket(socket.AF_UNIX) as deployer:
        waits = deployer_waits(server.socket_path)
        deployer.connect(str(server.socket_path))

        assert not waits()
        deployer.sendall(b"BLPOP bell 0\r\n")
        eventually(waits, bool, what="the deployer waits")
        assert not consumers_wait(server.socket_path, 1)()


def test_without_redis_no_consumer_is_ready(tmp_path):
    assert not consumers_wait(tmp_path / "nowhere.sock", 1)()
