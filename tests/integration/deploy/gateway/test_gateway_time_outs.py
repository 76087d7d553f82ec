"""Replicas that hang and clients that take nothing: what is waited for, and how long."""

import socket
import threading
import time

import httpx2
import pytest

from tests.integration.deploy.gateway.fake_server import Conversation, says, text_of
from tests.integration.deploy.gateway.gateway_process import BEARER, gateway_process
from tests.integration.deploy.gateway.streaming import asking, request_that_reads_nothing
from tests.real_stack import PATIENCE_SECONDS

pytestmark = pytest.mark.integration

SECONDS = 1.0


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, redis_server):
    times = {"GATEWAY_FIRST_BYTE_SECONDS": SECONDS, "GATEWAY_IDLE_SECONDS": SECONDS, "GATEWAY_CONNECT_SECONDS": 0.5}
    with gateway_process(tmp_path_factory.mktemp("gateway"), redis_server.socket_path, **times) as running:
        yield running


@pytest.mark.parametrize("begun", [False, True])
def test_a_replica_without_a_first_byte_is_given_up_and_not_replaced(gateway, make_server, model, begun):
    left = threading.Event()

    def hanging(talk: Conversation) -> None:
        if begun:
            talk.begin_stream()
        if talk.wait_until_left():
            left.set()

    servers = [make_server(hanging) for _ in range(2)]
    gateway.serve(model, *[server.url for server in servers])

    began = time.monotonic()
    response = gateway.chat(model, stream=True)

    assert (response.status_code, response.json()["error"]["code"]) == (504, "replica_silent")
    assert SECONDS <= time.monotonic() - began < SECONDS + 3
    assert response.headers["x-should-retry"] == "false"
    assert sum(len(server.requests) for server in servers) == 1
    assert left.wait(PATIENCE_SECONDS)


def test_a_stream_that_falls_silent_is_cut_off(gateway, make_server, model):
    left = threading.Event()

    def script(talk: Conversation) -> None:
        talk.begin_stream()
        talk.event("half")
        if talk.wait_until_left():
            left.set()

    gateway.serve(model, make_server(script).url)

    lines = []
    with pytest.raises(httpx2.RemoteProtocolError), gateway.http.stream(**asking(model)) as response:
        lines += response.iter_lines()

    assert "replica_silent" in lines[-2]
    assert left.wait(PATIENCE_SECONDS)


def test_a_client_that_takes_nothing_for_too_long_is_cut_off(gateway, make_server, model):
    left = threading.Event()

    def script(talk: Conversation) -> None:
        talk.begin_stream()
        talk.event("first")
        try:
            while True:
                talk.write(b"x" * 65536)
        except OSError:
            left.set()

    gateway.serve(model, make_server(script).url)

    client = request_that_reads_nothing(gateway.port, model)
    try:
        assert left.wait(PATIENCE_SECONDS)
        with pytest.raises(ConnectionResetError):
            while client.recv(65536):
                pass
    finally:
        client.close()


def test_one_that_cannot_be_reached_in_time_is_given_up_soon(gateway, make_server, model):
    with FullListener() as address:
        gateway.serve(model, address)

        given_up = [seconds_until_unreachable(gateway, model) for _ in range(3)]

    assert min(given_up) < 2  # a busy machine may hold up any one of them

    alive = make_server(says("alive"))
    with FullListener() as address:
        gateway.serve(model, address, alive.url)
        assert [text_of(gateway.chat(model)) for _ in range(3)] == ["alive"] * 3


@pytest.mark.parametrize("body", [b"", b'5\r\n{"mod\r\n', b"zz\r\n"])
def test_a_body_that_does_not_come_or_is_in_broken_chunks_is_given_up(gateway, body):
    head = f"POST /v1/completions HTTP/1.1\r\nHost: x\r\nAuthorization: {BEARER['Authorization']}\r\n"
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=PATIENCE_SECONDS) as client:
        client.sendall(f"{head}Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n".encode())
        assert client.recv(65536).startswith(b"HTTP/1.1 100 ")
        client.sendall(body)

        assert client.recv(65536).startswith(b"HTTP/1.1 408 ")


def seconds_until_unreachable(gateway, model: str) -> float:
    began = time.monotonic()
    response = gateway.chat(model)
    assert (response.status_code, response.json()["error"]["code"]) == (504, "replica_unreachable")
    return time.monotonic() - began


class FullListener:
    """An address where connections are neither taken nor refused: its queue is full."""

    def __enter__(self) -> str:
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(0)
        self.fillers = []
        for _ in range(3):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(self.listener.getsockname())
            self.fillers.append(filler)
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        for each in (*self.fillers, self.listener):
            each.close()
