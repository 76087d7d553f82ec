"""Streams pass through piece by piece, at the pace of the slower side, and end when either side does."""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from queue import Queue

import httpx2
import psutil
import pytest

from tests.integration.deploy.gateway.fake_server import Conversation
from tests.integration.deploy.gateway.streaming import asking, raw_request, request_that_reads_nothing
from tests.real_stack import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.integration

MIB = 1024 * 1024


def test_a_piece_arrives_before_the_replica_sent_the_next(gateway, make_server, model):
    seen = threading.Semaphore(0)

    def script(talk: Conversation) -> None:
        talk.begin_stream()
        for number in range(5):
            talk.event(f"piece {number}")
            # Only a client that has this piece lets the next one be sent.
            assert seen.acquire(timeout=PATIENCE_SECONDS)
        talk.end_stream(usage={"prompt_tokens": 1, "completion_tokens": 5})

    gateway.serve(model, make_server(script).url)

    got = []
    with gateway.http.stream(**asking(model)) as response:
        assert response.headers["Content-Type"] == "text/event-stream"
        for line in response.iter_lines():
            if "piece" in line:
                got.append(json.loads(line.removeprefix("data: "))["choices"][0]["delta"]["content"])
                seen.release()

    assert got == [f"piece {number}" for number in range(5)]
    line = gateway.line_of(response.headers["X-Request-Id"])
    assert (line["prompt_tokens"], line["completion_tokens"], line["status"]) == (1, 5, 200)


def test_every_byte_of_a_stream_is_the_replicas(gateway, make_server, model):
    pieces = [b": a comment\n\n", 'data: {"x": "你好"}\n\n'.encode(), b"event: x\ndata: {}\n\n", b"data: [DONE]\n\n"]

    def script(talk: Conversation) -> None:
        talk.begin_stream()
        for piece in pieces:
            talk.write(piece)
        talk.send(b"0\r\n\r\n")

    gateway.serve(model, make_server(script).url)

    assert gateway.chat(model, stream=True).content == b"".join(pieces)


def test_a_client_of_http_1_0_gets_a_stream_that_ends_with_its_connection(gateway, make_server, model):
    def script(talk: Conversation) -> None:
        talk.begin_stream()
        talk.event("all")
        talk.end_stream()

    gateway.serve(model, make_server(script).url)

    with raw_request(gateway.port, model, version="1.0") as client:
        got = b"".join(iter(lambda: client.recv(65536), b""))

    head, _, body = got.partition(b"\r\n\r\n")
    assert b"chunked" not in head.lower()
    assert body.endswith(b"data: [DONE]\n\n")


def test_a_stream_that_breaks_off_is_no_normal_end_for_http_1_0_either(gateway, make_server, model):
    has_half = threading.Event()

    def script(talk: Conversation) -> None:
        talk.begin_stream()
        talk.event("half")
        assert has_half.wait(PATIENCE_SECONDS)
        talk.close()

    gateway.serve(model, make_server(script).url)

    got = b""
    with raw_request(gateway.port, model, version="1.0") as client, pytest.raises(ConnectionResetError):
        while piece := client.recv(65536):
            got += piece
            if b"half" in got:
                has_half.set()


def pause_between(look: Callable[[], int]) -> tuple[int, int]:
    """Two looks: that something stands still is seen in no other way than by letting time pass."""
    before = look()
    time.sleep(0.2)
    return before, look()


def test_a_slow_client_holds_the_replica_up_instead_of_filling_the_memory(gateway, make_server, model):
    offered, sent = 256 * MIB, [0]

    def script(talk: Conversation) -> None:
        talk.begin_stream()
        talk.event("first")
        while sent[0] < offered:
            talk.write(b"x" * 65536)
            sent[0] += 65536

    gateway.serve(model, make_server(script).url)
    process = psutil.Process(gateway.process.pid)
    before = process.memory_info().rss

    client = request_that_reads_nothing(gateway.port, model)
    try:
        taken = eventually(partial(pause_between, lambda: sent[0]), lambda seen: seen[0] == seen[1] > 0)[0]
        grown = process.memory_info().rss - before
    finally:
        client.close()

    # What socket buffers of both connections hold is not the gateway's memory.
    assert taken < 32 * MIB
    assert grown < 4 * MIB


@pytest.mark.parametrize("begun", [False, True])
def test_when_the_client_leaves_the_replica_is_told_at_once(gateway, make_server, model, begun):
    asked, told_at = Queue[bool](), Queue[float]()

    def script(talk: Conversation) -> None:
        if begun:
            talk.begin_stream()
            talk.event("a")
        asked.put(True)
        if talk.wait_until_left():
            told_at.put(time.monotonic())

    def leave() -> float:
        """In how many seconds the replica is told."""
        client = raw_request(gateway.port, model)
        assert asked.get(timeout=PATIENCE_SECONDS)
        if begun:
            assert client.recv(65536)
        at = time.monotonic()
        client.close()
        return told_at.get(timeout=PATIENCE_SECONDS) - at

    gateway.serve(model, make_server(script).url)

    assert min(leave() for _ in range(5)) < 0.5  # a busy machine may hold up any one of them
    outcomes = eventually(
        lambda: gateway.metric("swift_trainer_gateway_requests_total"),
        lambda seen: seen.get(f'{{deployment="{model}~deploy-0",outcome="client_left"}}') == 5,
    )
    assert sum(count for labels, count in outcomes.items() if model in labels) == 5


@pytest.mark.parametrize("how", ["close", "reset"])
@pytest.mark.parametrize("streamed", [True, False])
def test_an_answer_that_breaks_off_is_no_normal_end(gateway, make_server, model, how, streamed):
    has_half = threading.Event()

    def script(talk: Conversation) -> None:
        if streamed:
            talk.begin_stream()
            talk.event("half")
        else:
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500000\r\n\r\n"
            talk.send(head + b"{" * 200_000)
        assert has_half.wait(PATIENCE_SECONDS)  # a reset would overtake what was sent
        getattr(talk, how)()

    gateway.serve(model, make_server(script).url)

    got = b""
    with pytest.raises(httpx2.TransportError), gateway.http.stream(**asking(model, stream=streamed)) as response:
        for chunk in response.iter_raw():
            got += chunk
            has_half.set()

    assert (b"half" in got) is streamed
    assert b"[DONE]" not in got
    line = gateway.line_of(response.headers["X-Request-Id"])
    assert (line["status"], line["failure"]) == (200, "broken_off")


def test_a_stream_that_breaks_off_between_events_says_so(gateway, make_server, model):
    has_half = threading.Event()

    def script(talk: Conversation) -> None:
        talk.begin_stream()
        talk.event("half")
        assert has_half.wait(PATIENCE_SECONDS)
        talk.close()

    gateway.serve(model, make_server(script).url)

    lines = []
    with pytest.raises(httpx2.RemoteProtocolError), gateway.http.stream(**asking(model)) as response:
        for line in response.iter_lines():
            lines.append(line)
            has_half.set()

    events = [json.loads(line.removeprefix("data: ")) for line in lines if line]
    assert events[-1]["error"]["code"] == "replica_lost"


def test_many_streams_run_side_by_side(gateway, make_server, model):
    clients, all_here = 80, threading.Barrier(80, timeout=PATIENCE_SECONDS)

    def script(talk: Conversation) -> None:
        talk.begin_stream()
        talk.event("first")
        all_here.wait()  # nobody goes on before all are being answered
        for number in range(20):
            talk.event(f"{talk.json['user']}-{number} ")
        talk.end_stream()

    server = make_server(script)
    gateway.serve(model, server.url)

    def read(number: int) -> str:
        text = gateway.chat(model, stream=True, user=str(number)).text
        events = [json.loads(line[6:]) for line in text.split("\n\n") if line and "[DONE]" not in line]
        return "".join(event["choices"][0]["delta"]["content"] for event in events)

    with ThreadPoolExecutor(clients) as pool:
        texts = list(pool.map(read, range(clients)))

    assert texts == ["first" + "".join(f"{n}-{piece} " for piece in range(20)) for n in range(clients)]
