"""An API with two threads: however many clients are slow or wait, others are answered."""

import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from client.stack.embedded_redis import EmbeddedRedis
from common.store import Store
from tests.integration.api.expect import TRAINING
from tests.integration.api.live_server import LiveServer, live_server
from tests.integration.store.test_job_verbs import start
from tests.real_stack import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.integration

MANY = 12
GONE = 20
POST = f"POST {TRAINING}/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def server(redis_server: EmbeddedRedis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("two"), redis_server.socket_path, threads=2) as running:
        yield running


def uploading(server: LiveServer) -> str:
    made = server.http.post("/api/v1/datasets", json={"name": "train.jsonl"})
    assert made.status_code == 201
    return str(made.json()["upload_url"])


def received(server: LiveServer, upload: str) -> int:
    return int(server.http.head(upload).headers["Upload-Offset"])


def put(upload: str) -> bytes:
    return f"PUT {upload} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n".encode()


def test_others_are_answered_however_many_wait(server: LiveServer, store: Store) -> None:
    job = start(store)
    requests = {
        "heads": POST.encode(),
        "bodies": f"{POST}Content-Length: 500\r\n\r\n{{".encode(),
        "streams": get(f"{TRAINING}/jobs/{job.id}/logs", "Accept: text/event-stream\r\n"),
        "polls": get(f"{TRAINING}/jobs/{job.id}/logs?offset=0&wait=60"),
    }
    with ExitStack() as kept:
        for sent in requests.values():
            for _ in range(MANY):
                kept.enter_context(connected(server, sent))
        for _ in range(MANY):
            kept.enter_context(connected(server, put(uploading(server)) + b"x"))
        eventually(server.clients, lambda count: count == 2 * MANY, what="streams and polls that wait")

        assert server.http.get("/healthz").status_code == 200
        assert server.get(f"/jobs/{job.id}")["status"] == "running"


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "GET / HT",
        f"{POST}Content-Length: 10\r\n\r\n{{}}",
        f"{POST}Content-Length: 1048576\r\n\r\n{'a' * 1_048_000}",
        f"{POST}Transfer-Encoding: chunked\r\n\r\n5\r\n{{}}",
        f"{POST}Content-Length: 99999999\r\n\r\n{{}}",
        f"GET {TRAINING}/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
    ids=["idle", "head", "body", "long body", "chunk", "too long", "answer not read"],
)
@pytest.mark.parametrize("is_reset", [False, True], ids=["closed", "reset"])
def test_a_client_that_goes_away_leaves_nothing_open(server: LiveServer, sent: str, is_reset: bool) -> None:
    (worker,) = psutil.Process(server.process.pid).children()
    server.get("/jobs")
    before = worker.num_fds()

    for _ in range(GONE):
        with connected(server, sent.encode()) as connection:
            if is_reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    eventually(worker.num_fds, lambda count: count < before + GONE // 2, what="open files of the worker")
    assert server.http.get("/healthz").status_code == 200


def test_what_came_of_an_upload_is_there_while_more_of_it_comes(server: LiveServer) -> None:
    upload = uploading(server)
    with connected(server, put(upload) + b"x" * 1000):
        eventually(lambda: received(server, upload), lambda count: count == 1000, what="what was sent")

    eventually(lambda: received(server, upload), lambda count: count == 1000)
    rest = server.http.patch(upload, content=b"y" * 5, headers={"Upload-Offset": "1000"})
    assert (rest.status_code, rest.json()["bytes"]) == (200, 1005)


def test_who_reads_an_answer_slowly_holds_no_thread(server: LiveServer) -> None:
    upload = uploading(server)
    row = b'{"messages": [{"role": "user", "content": "' + b"x" * 900 + b'"}, {"role": "assistant", "content": "y"}]}\n'
    sent = row * 30_000
    assert server.http.put(upload, content=sent).status_code == 200
    with ExitStack() as kept:
        slow = [kept.enter_context(connected(server, get(upload), receive_buffer=4096)) for _ in range(MANY)]

        assert server.http.get(upload).content == sent
        assert slow[0].recv(15) == b"HTTP/1.1 200 OK"


def test_a_client_that_sends_nothing_more_is_answered(server: LiveServer, store: Store) -> None:
    job = start(store)
    with connected(server, get(f"{TRAINING}/jobs/{job.id}")) as client:
        client.shutdown(socket.SHUT_WR)

        assert client.makefile("rb").read().startswith(b"HTTP/1.1 200 ")


def test_followers_leave_a_keys_requests_to_others(redis_server: EmbeddedRedis, store: Store, tmp_path: Path) -> None:
    job = start(store)
    key = "a-key-of-more-than-sixteen-characters"
    asked = {"Authorization": f"Bearer {key}"}
    with live_server(tmp_path, redis_server.socket_path, API_KEY=key, RATE_LIMIT="3/minute") as server:
        for _ in range(6):
            polled = server.http.get(f"{TRAINING}/jobs/{job.id}/logs?offset=0&wait=1", headers=asked)
            assert polled.status_code == 200
            with server.http.stream(
                "GET", f"{TRAINING}/jobs/{job.id}/logs", headers=asked | {"Accept": "text/event-stream"}
            ) as stream:
                assert stream.status_code == 200

        answers = [server.http.get(f"{TRAINING}/jobs/{job.id}", headers=asked).status_code for _ in range(4)]

    assert answers == [200, 200, 200, 429]


def test_streams_end_with_the_server_and_say_that_there_is_more(
    redis_server: EmbeddedRedis, store: Store, tmp_path: Path
) -> None:
    job = start(store)
    with live_server(tmp_path, redis_server.socket_path) as server, server.stream(f"/jobs/{job.id}/logs") as found:
        server.process.terminate()

        assert list(found)[-1] == "come back with Last-Event-ID"


def connected(server: LiveServer, sent: bytes, receive_buffer: int | None = None) -> socket.socket:
    connection = socket.socket()
    if receive_buffer is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(PATIENCE_SECONDS)
    connection.connect(("127.0.0.1", server.port))
    connection.sendall(sent)
    return connection


def get(path: str, headers: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()
