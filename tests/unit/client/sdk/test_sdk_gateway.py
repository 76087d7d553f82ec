import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from swift_trainer.sdk import ApiError, Credentials, Gateway, GatewayUnreachable, NotFound, Unauthorized
from swift_trainer.sdk.gateway import events

CHAT = "/chat/completions"
HELLO = [{"role": "user", "content": "hello"}]


@pytest.fixture
def gateway(service: Any) -> Iterator[Gateway]:
    credentials = Credentials("http://gateway.test", "sekret")
    with Gateway(credentials, transport=httpx2.MockTransport(service)) as connected:
        yield connected


def test_models_are_the_names_that_answer(gateway: Gateway, service: Any) -> None:
    service.on_gateway("GET", "/models", {"object": "list", "data": [{"id": "bot"}, {"id": "tiny"}]})

    assert gateway.models() == ["bot", "tiny"]
    assert service.requests[0].headers["Authorization"] == "Bearer sekret"


def test_an_answer_comes_in_its_pieces(gateway: Gateway, service: Any, spoken: Any) -> None:
    service.on_gateway("POST", CHAT, spoken("I ", "am ", "Swifty"))

    assert list(gateway.stream_chat("bot", HELLO, temperature=0)) == ["I ", "am ", "Swifty"]
    assert service.bodies == [{"temperature": 0, "model": "bot", "messages": HELLO, "stream": True}]


def test_chunks_without_text_are_no_trouble(gateway: Gateway, service: Any) -> None:
    chunks = [
        {"choices": [{"delta": {"role": "assistant", "content": None}}]},
        {"choices": [{"delta": {"content": "yes"}}]},
        {"choices": [{"delta": {}, "finish_reason": "stop"}]},
        {"choices": [], "usage": {"total_tokens": 3}},
    ]
    service.on_gateway("POST", CHAT, "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks).encode())

    assert "".join(gateway.stream_chat("bot", HELLO)) == "yes"


def test_a_refusal_is_told_in_openais_shape(gateway: Gateway, service: Any) -> None:
    error = {"message": "The model `x` does not exist.", "type": "invalid_request_error", "code": "model_not_found"}
    service.on_gateway("POST", CHAT, (404, {"error": error}))

    with pytest.raises(NotFound, match="does not exist") as caught:
        list(gateway.stream_chat("x", HELLO))
    assert caught.value.code == "model_not_found"


def test_a_wrong_key_is_told(gateway: Gateway, service: Any) -> None:
    service.on_gateway("GET", "/models", (401, {"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}))

    with pytest.raises(Unauthorized, match="Incorrect API key"):
        gateway.models()


def test_a_server_that_fails_meanwhile_is_an_error_after_what_it_said(
    gateway: Gateway, service: Any, spoken: Any
) -> None:
    error = {"error": {"message": "the replica died", "type": "server_error", "code": "replica_lost"}}
    service.on_gateway("POST", CHAT, spoken("I ", done=False) + f"data: {json.dumps(error)}\n\n".encode())

    answer = gateway.stream_chat("bot", HELLO)

    assert next(answer) == "I "
    with pytest.raises(ApiError, match="the replica died"):
        next(answer)


def test_an_answer_that_ends_too_soon_is_no_answer(gateway: Gateway, service: Any, spoken: Any) -> None:
    service.on_gateway("POST", CHAT, spoken("I ", done=False))

    with pytest.raises(GatewayUnreachable, match="broke off"):
        list(gateway.stream_chat("bot", HELLO))


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (httpx2.ConnectError("refused"), "cannot reach the gateway http://gateway.test"),
        (httpx2.ReadTimeout("slow"), "did not answer in time"),
        (httpx2.RemoteProtocolError("peer closed"), "failed: peer closed"),
    ],
)
def test_a_gateway_that_is_away_is_named(gateway: Gateway, service: Any, failure: Exception, words: str) -> None:
    service.on_gateway("GET", "/models", failure)

    with pytest.raises(GatewayUnreachable, match=words):
        gateway.models()


def test_another_server_at_that_address_is_told(gateway: Gateway, service: Any) -> None:
    service.on_gateway("GET", "/models", b"<html>")

    with pytest.raises(ApiError, match="not JSON"):
        gateway.models()


def test_events_are_read_however_the_bytes_are_cut() -> None:
    stream = 'data: {"a": "ä\u2028"}\r\n\r\n: a comment\n\nevent: x\ndata: 1\ndata: 2\n\ndata: unfinished'.encode()

    for size in (1, 2, 3, 7, len(stream)):
        chunks = [stream[start : start + size] for start in range(0, len(stream), size)]
        assert list(events(chunks)) == ['{"a": "ä\u2028"}', "1\n2"]
