"""The fake server behind the service's launcher: what it answers, and every way in which it goes wrong."""

import json
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from common.deployments import InferBackend
from common.swift.programs.serve_launcher import PORT_TAKEN, USAGE
from tests.integration.workers.lives.server.conftest import Start
from tests.ports import free_port, port_range
from tests.real_stack import FAKE_SWIFT, PATIENCE_SECONDS, eventually
from tests.serving import KEY, Servers
from workers.lives.server.probe import ProbeKind
from workers.runner import tree
from workers.runner_control import find_tree, kill_tree

pytestmark = pytest.mark.integration


def test_a_server_answers_with_its_key_only(start: Start) -> None:
    server = start(adapters={"sql": "/adapters/sql"})
    assert server.wait_for(ProbeKind.READY).is_ready

    status, text = server.chat("qwen", "hello there")
    assert (status, json.loads(text)["choices"][0]["message"]["content"]) == (200, "qwen heard: hello there")
    assert json.loads(text)["model"] == "qwen"
    assert server.chat("sql", "hello")[0] == 200
    assert server.chat("qwen", "hello", key="wrong")[0] == 401
    assert server.chat("other", "hello")[0] == 404
    assert server.ask("/v1/models", key="")[0] == 401
    assert server.ask("/health", key="")[0] == 200
    assert server.end() == -signal.SIGTERM


def test_the_key_is_in_no_argument_no_file_and_no_environment_that_can_be_read(start: Start, tmp_path: Path) -> None:
    server = start()
    server.wait_for(ProbeKind.READY)

    for name in ("cmdline", "environ"):
        assert KEY.encode() not in Path(f"/proc/{server.process.pid}/{name}").read_bytes()
    assert [path for path in tmp_path.rglob("*") if path.is_file() and KEY in path.read_text()] == []
    assert tree.MARKER.encode() in Path(f"/proc/{server.process.pid}/environ").read_bytes()


def test_no_server_starts_without_a_key(start: Start) -> None:
    server = start(key="")

    assert server.process.wait(PATIENCE_SECONDS) == USAGE
    assert "would answer anybody" in server.log.read_text()


def test_a_taken_port_ends_the_server_before_the_model_is_loaded(start: Start) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        server = start(port, {"never_ready": True})

        assert server.process.wait(PATIENCE_SECONDS) == PORT_TAKEN


def test_a_port_that_is_taken_while_the_model_is_loaded_ends_the_server(start: Start, tmp_path: Path) -> None:
    server = start(knobs={"loads_until_go": True})
    eventually(server.log.read_text, lambda text: "args:" in text)

    with socket.create_server(("127.0.0.1", server.port)):
        (tmp_path / "model" / "go").touch()
        assert server.process.wait(PATIENCE_SECONDS) == PORT_TAKEN
    assert f"port {server.port} is taken by another process" in server.log.read_text()


def test_a_server_gets_its_port_back_while_connections_of_the_last_one_fade_out(start: Start) -> None:
    first = start(knobs={"seconds_per_token": 30})
    first.wait_for(ProbeKind.READY)
    client = socket.create_connection(("127.0.0.1", first.port))
    client.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    assert client.recv(100).startswith(b"HTTP/1.1 200")
    first.process.kill()  # it closes first, so the address is left in TIME_WAIT
    first.process.wait(PATIENCE_SECONDS)
    assert client.recv(100) == b""
    client.close()
    with socket.socket() as naive, pytest.raises(OSError, match="in use"):
        naive.bind(("", first.port))

    second = start(first.port)

    assert second.wait_for(ProbeKind.READY).is_ready
    assert second.ports() == {first.port}


def test_alone_the_fake_takes_the_next_port_and_says_nothing_as_the_real_one_does(servers: Servers) -> None:
    port = int(port_range().partition("-")[0])  # the next ones are nobody's, either
    with socket.create_server(("127.0.0.1", port)):
        argv = [str(FAKE_SWIFT), "-m", "swift.cli.deploy", "--model=m/x", "--host=127.0.0.1", f"--port={port}"]
        log = servers.folder / "alone.log"
        with log.open("wb") as file, subprocess.Popen(argv, stderr=file) as process:
            text = eventually(log.read_text, lambda text: "Uvicorn running" in text)
            process.terminate()

    assert f"Uvicorn running on http://127.0.0.1:{port}" not in text


@pytest.mark.parametrize(("knobs", "code"), [({"fail_at_start": True}, 1), ({"fail_at_start": True, "oom": True}, 1)])
def test_a_server_that_cannot_start_ends_with_a_traceback(start: Start, knobs: dict[str, object], code: int) -> None:
    server = start(knobs=knobs)

    assert server.process.wait(PATIENCE_SECONDS) == code
    text = server.log.read_text()
    assert ("Traceback" in text, "OutOfMemoryError" in text) == (True, "oom" in knobs)


def test_a_server_can_die_while_it_serves(start: Start) -> None:
    server = start(knobs={"die_after_seconds": 0.3, "exit_code": 7})

    assert server.process.wait(PATIENCE_SECONDS) == 7
    assert "Uvicorn running" in server.log.read_text()


def test_a_server_can_ignore_term_and_leave_a_child_behind(start: Start) -> None:
    server = start(knobs={"ignore_term": True, "escape_child": True})
    server.wait_for(ProbeKind.READY)
    assert len(find_tree(server.mark, 1)) == 2

    server.process.terminate()
    with pytest.raises(subprocess.TimeoutExpired):
        server.process.wait(0.2)

    assert kill_tree(server.mark, 1, PATIENCE_SECONDS)
    assert server.process.wait(PATIENCE_SECONDS) == -signal.SIGKILL


def test_a_stream_comes_in_pieces_and_ends_with_the_usage_for_who_counts_it(start: Start) -> None:
    server = start()
    server.wait_for(ProbeKind.READY)

    body = {"model": "qwen", "stream": True, "messages": [{"role": "user", "content": "a b"}]}
    status, text = server.ask("/v1/chat/completions", body)

    events = [line for line in text.splitlines() if line]
    assert (status, events[-1]) == (200, "data: [DONE]")
    assert json.loads(events[-2].removeprefix(": usage "))["completion_tokens"] == 4
    chunks = [json.loads(event.removeprefix("data: ")) for event in events[:-2]]
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks) == "qwen heard: a b"


def test_other_routes_answer_in_the_shapes_of_the_real_ones(start: Start) -> None:
    server = start(infer_backend=InferBackend.VLLM, knobs={"has_engines": True})
    server.wait_for(ProbeKind.READY)

    assert '"text": "qwen continues: once"' in server.ask("/v1/completions", {"model": "qwen", "prompt": "once"})[1]
    assert "its task is causal_lm" in server.ask("/v1/embeddings", {"model": "qwen", "input": "x"})[1]
    assert server.ask("/v1/nothing", {})[0] == 404
    assert server.ask("/docs", key="")[0] == 401


def test_the_services_own_looks_fill_no_log(start: Start) -> None:
    server = start()
    server.wait_for(ProbeKind.READY)
    server.chat("qwen", "very private")

    text = server.log.read_text()

    assert "/health" not in text
    assert '"POST /v1/chat/completions HTTP/1.1" 200 OK' in text
    assert "very private" not in text
