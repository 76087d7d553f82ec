"""Replicas that die, refuse or hang: what is sent once more, and what the client is told."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.deploy.gateway.fake_server import Conversation, completion, says, text_of
from tests.ports import free_port
from tests.real_stack import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.integration


def test_a_refusing_replica_is_passed_over(gateway, make_server, model):
    alive = make_server(says("alive"))
    gateway.serve(model, f"http://127.0.0.1:{free_port()}", alive.url)

    assert [text_of(gateway.chat(model)) for _ in range(6)] == ["alive"] * 6
    assert gateway.metric("swift_trainer_gateway_failed_tries_total")['{failure="refused"}'] > 0


@pytest.mark.parametrize("how", ["close", "reset"])
def test_a_replica_that_dies_before_the_first_byte_is_replaced_by_another(gateway, make_server, model, how):
    dying, alive = make_server(lambda talk: getattr(talk, how)()), make_server(says("alive"))
    gateway.serve(model, dying.url, alive.url)

    assert [text_of(gateway.chat(model)) for _ in range(4)] == ["alive"] * 4
    # After its first failure it was left alone.
    assert len(dying.requests) == 1


def test_a_request_that_kills_replicas_is_not_sent_to_all(gateway, make_server, model):
    servers = [make_server(lambda talk: talk.reset()) for _ in range(4)]
    gateway.serve(model, *[server.url for server in servers])

    response = gateway.chat(model)

    assert (response.status_code, response.json()["error"]["code"]) == (502, "replica_lost")
    assert sum(len(server.requests) for server in servers) == 2


def test_an_idle_connection_that_the_server_closed_costs_nobody_an_answer(gateway, make_server, model):
    """The server closes a kept connection at the moment that the next request comes over it."""

    def script(talk: Conversation) -> None:
        if talk.first:
            talk.answer(completion("hi"))
        else:
            talk.close()

    server = make_server(script)
    gateway.serve(model, server.url)

    assert [text_of(gateway.chat(model)) for _ in range(5)] == ["hi"] * 5
    assert gateway.metric("swift_trainer_gateway_failed_tries_total")['{failure="stale"}'] >= 1


def test_a_retry_also_gets_over_an_idle_connection_that_was_closed(gateway, make_server, model):
    """The first replica dies, the second one drops the connection that was kept to it."""
    is_dying = threading.Event()

    def dying(talk: Conversation) -> None:
        if is_dying.is_set():
            talk.reset()
        else:
            talk.answer(completion("first"))

    def dropping(talk: Conversation) -> None:
        if talk.first:
            talk.answer(completion("second"))
        else:
            talk.close()

    servers = make_server(dying), make_server(dropping)
    gateway.serve(model, *[server.url for server in servers])
    assert {text_of(gateway.chat(model)) for _ in range(2)} == {"first", "second"}

    is_dying.set()

    assert [text_of(gateway.chat(model)) for _ in range(2)] == ["second"] * 2


def test_half_a_head_is_not_sent_once_more(gateway, make_server, model):
    def script(talk: Conversation) -> None:
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
        talk.close()

    servers = [make_server(script) for _ in range(2)]
    gateway.serve(model, *[server.url for server in servers])

    response = gateway.chat(model)

    assert (response.status_code, response.json()["error"]["code"]) == (502, "replica_garbled")
    assert sum(len(server.requests) for server in servers) == 1


def test_what_is_no_http_is_told_as_such(gateway, make_server, model):
    server = make_server(lambda talk: (talk.send(b"SSH-2.0-x\r\n\r\n"), talk.close()))
    gateway.serve(model, server.url)

    response = gateway.chat(model)

    assert (response.status_code, response.json()["error"]["type"]) == (502, "server_error")


def test_all_refusing_is_service_unavailable(gateway, model):
    gateway.serve(model, *[f"http://127.0.0.1:{free_port()}" for _ in range(5)])

    response = gateway.chat(model)

    assert (response.status_code, response.json()["error"]["code"]) == (503, "no_healthy_replica")
    assert int(response.headers["Retry-After"]) > 0
    assert gateway.line_of(response.headers["X-Request-Id"])["tries"] == 6


def test_a_replica_that_is_back_is_used_at_once_when_it_is_the_only_one(gateway, make_server, model):
    port = free_port()
    gateway.serve(model, f"http://127.0.0.1:{port}")
    assert gateway.chat(model).status_code == 503

    make_server(says("back"), port)

    assert text_of(gateway.chat(model)) == "back"


def test_a_busy_replica_gets_less(gateway, make_server, model):
    go_on = threading.Event()

    def slow(talk: Conversation) -> None:
        go_on.wait(PATIENCE_SECONDS)
        talk.answer(completion("slow"))

    busy, idle = make_server(slow), make_server(says("idle"))
    gateway.serve(model, busy.url, idle.url)

    with ThreadPoolExecutor(1) as pool:
        # Of two that are idle, the one that was named first has the first turn.
        waiting = pool.submit(gateway.chat, model)
        eventually(lambda: len(busy.requests), bool)
        answers = [text_of(gateway.chat(model)) for _ in range(6)]
        go_on.set()

        assert answers == ["idle"] * 6
        assert text_of(waiting.result()) == "slow"
