import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.workers.lives.server.conftest import Start
from tests.ports import free_port
from tests.real_stack import PATIENCE_SECONDS
from tests.serving import KEY
from workers.lives.server.listeners import listening_ports
from workers.lives.server.probe import ProbeKind, probe, probe_server

pytestmark = pytest.mark.integration

LONG_SECONDS = 30.0  # a machine that is busy is no server that is silent
HEALTHY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def test_a_server_that_loads_is_not_ready_yet(start: Start) -> None:
    server = start(knobs={"never_ready": True})

    found = server.look()

    assert (found.kind, found.message) == (ProbeKind.NOT_YET, f"nobody listens on port {server.port} yet")


def test_a_server_of_another_model_is_told(start: Start) -> None:
    server = start(knobs={"served_name": "llama"}, adapters={"sql": "/a"})

    found = server.wait_for(ProbeKind.READY)

    assert (found.kind, found.message) == (ProbeKind.WRONG_MODEL, "it does not serve qwen, but llama, sql")


def test_a_server_that_listens_elsewhere_is_found_there(start: Start) -> None:
    server = start(knobs={"wrong_port": True})

    found = server.wait_for(ProbeKind.READY)

    [port] = server.ports()
    assert port != server.port
    assert (found.kind, found.message) == (ProbeKind.WRONG_PORT, f"it listens on port {port} instead of {server.port}")


def test_a_stranger_who_answers_at_the_address_is_no_server_of_the_attempt(start: Start) -> None:
    stranger = start()
    stranger.wait_for(ProbeKind.READY)
    assert probe("127.0.0.1", stranger.port, ["qwen"], LONG_SECONDS, key=KEY).is_ready

    found = probe_server(
        "127.0.0.1", stranger.port, ["qwen"], lambda: listening_ports("somebody-else", 1), LONG_SECONDS, key=KEY
    )

    assert (found.kind, found.message) == (
        ProbeKind.WRONG_PORT,
        f"another process listens on port {stranger.port}",
    )


@pytest.mark.parametrize("by_port", [True, False])
def test_a_server_that_hangs_gives_no_answer_until_it_goes_on(start: Start, tmp_path: Path, by_port: bool) -> None:
    server = start()
    server.wait_for(ProbeKind.READY)
    signal_file = tmp_path / "model" / (f"hang-{server.port}" if by_port else "hang")

    signal_file.touch()
    found = server.look(timeout_seconds=0.2)
    signal_file.unlink()

    assert (found.kind, found.message) == (ProbeKind.NO_ANSWER, "no answer to /health within 0.2 s")
    assert server.wait_for(ProbeKind.READY).is_ready


def test_a_server_can_hang_after_some_requests(start: Start) -> None:
    server = start(knobs={"hang_after_requests": 1})
    server.wait_for(ProbeKind.READY)
    assert server.chat("qwen", "one")[0] == 200

    assert server.look(timeout_seconds=0.2).kind is ProbeKind.NO_ANSWER


def test_a_port_without_a_listener_of_the_roots_is_seen_by_pid(start: Start) -> None:
    server = start()
    server.wait_for(ProbeKind.READY)

    assert listening_ports("unknown", 1) == frozenset()
    assert listening_ports("unknown", 1, [server.process.pid]) == {server.port}


def test_a_dead_attempt_listens_nowhere(start: Start) -> None:
    server = start()
    server.wait_for(ProbeKind.READY)
    server.end()

    assert server.ports() == frozenset()
    assert server.look().kind is ProbeKind.NOT_YET


@pytest.mark.parametrize(
    ("answers", "kind", "message"),
    [
        ([b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"], ProbeKind.NOT_YET, "the model is being loaded"),
        ([b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"], ProbeKind.NO_ANSWER, "/health answers 500"),
        ([b"HTTP/1.1 302 Go\r\nLocation: http://127.0.0.1:1/\r\n\r\n"], ProbeKind.NO_ANSWER, "/health answers 302"),
        ([b"SSH-2.0-x\r\n"], ProbeKind.NO_ANSWER, "no HTTP answer to /health: BadStatusLine"),
        ([b""], ProbeKind.NO_ANSWER, "no HTTP answer to /health: RemoteDisconnected"),
        ([HEALTHY, b"HTTP/1.1 200 OK\r\n\r\n{]"], ProbeKind.WRONG_MODEL, "it does not serve qwen, but none"),
        ([HEALTHY, b"HTTP/1.1 200 OK\r\n\r\n[1]"], ProbeKind.WRONG_MODEL, "it does not serve qwen, but none"),
        (
            [HEALTHY, b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"],
            ProbeKind.LOCKED,
            "/v1/models takes another key than this worker's",
        ),
        ([HEALTHY, b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"], ProbeKind.NO_ANSWER, "/v1/models answers 404"),
        (
            [HEALTHY, b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1_100_000],
            ProbeKind.NO_ANSWER,
            "no HTTP answer to /v1/models: HTTPException",
        ),
    ],
)
def test_whatever_answers_is_put_into_words(answers: list[bytes], kind: ProbeKind, message: str) -> None:
    with _says(answers) as port:
        found = probe("127.0.0.1", port, ["qwen"], LONG_SECONDS)

    assert (found.kind, found.message) == (kind, message)


def test_a_body_without_an_end_is_not_waited_for() -> None:
    with _says([HEALTHY, b"HTTP/1.1 200 OK\r\n\r\n"], drip=b"x") as port:
        found = probe("127.0.0.1", port, ["qwen"], timeout_seconds=1)

    assert (found.kind, found.message) == (ProbeKind.NO_ANSWER, "no answer to /v1/models within 1 s")


def test_no_proxy_is_asked(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    server = start()
    server.wait_for(ProbeKind.READY)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")

    assert probe("127.0.0.1", server.port, ["qwen"], LONG_SECONDS, key=KEY).is_ready


@contextmanager
def _says(answers: list[bytes], drip: bytes = b"") -> Iterator[int]:
    """A listener that says these things, one to each connection; then `drip` again and again."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, answers, drip, ended.is_set), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        ended.set()
        thread.join(PATIENCE_SECONDS)


def _serve(listener: socket.socket, answers: list[bytes], drip: bytes, ended: Callable[[], bool]) -> None:
    listener.settimeout(PATIENCE_SECONDS)
    for answer in answers:
        client, _ = listener.accept()
        with client:
            try:
                client.recv(10_000)
                client.sendall(answer)
                while drip and answer is answers[-1] and not ended():
                    client.sendall(drip)
                    threading.Event().wait(0.02)
            except OSError:
                continue
