"""Whatever the server behind does, clients get OpenAI's errors, and no stream ends without an end."""

import json

import httpx2
import openai
import pytest

from tests.integration.deploy.gateway.fake_server import Conversation
from tests.integration.deploy.gateway.gateway_process import API_KEY
from tests.integration.deploy.gateway.streaming import asking

pytestmark = pytest.mark.integration

ASK = [{"role": "user", "content": "hello"}]
ENVELOPE = {"error": {"message": "no", "type": "invalid_request_error", "param": "n", "code": "too_many"}}


TOO_LONG = b'{"object": "error", "message": "too long: \xe4\xbd\xa0"}'


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ((400, TOO_LONG), (400, "invalid_request_error", "too long: 你")),
        ((422, b'{"detail": [{"loc": ["body", "n"], "msg": "bad"}]}'), (400, "invalid_request_error", "n: bad")),
        ((429, b'{"message": "later"}'), (429, "requests", "later")),
        ((500, b"Internal Server Error"), (500, "server_error", "Internal Server Error")),
    ],
)
def test_an_error_of_the_replica_gets_openais_shape(gateway, make_server, model, said, answered):
    status, body = said
    server = make_server(
        lambda talk: talk.answer(body, status, Content_Type="application/problem+json", Retry_After="7")
    )
    gateway.serve(model, server.url)

    response = gateway.chat(model)

    error = response.json()["error"]
    assert (response.status_code, error["type"], error["message"]) == answered
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert response.headers["Retry-After"] == "7"
    assert len(server.requests) == 1
    assert gateway.line_of(response.headers["X-Request-Id"])["status"] == answered[0]


@pytest.mark.parametrize("status", [400, 404, 422, 429, 500, 503])
def test_an_error_that_has_openais_shape_passes_byte_for_byte(gateway, make_server, model, status):
    body = json.dumps(ENVELOPE, indent=3).encode()
    headers = {"Content_Type": "text/html", "Retry_After": "7"}
    gateway.serve(model, make_server(lambda talk: talk.answer(body, status, **headers)).url)

    response = gateway.chat(model)

    assert (response.status_code, response.content) == (status, body)
    assert (response.headers["Content-Type"], response.headers["Retry-After"]) == ("application/json", "7")


@pytest.mark.parametrize("status", [401, 403, 407])
def test_a_replica_that_refuses_the_gateways_key_does_not_speak_of_the_clients(gateway, make_server, model, status):
    gateway.serve(model, make_server(lambda talk: talk.answer(ENVELOPE, status, WWW_Authenticate="Bearer")).url)

    response = gateway.chat(model)

    assert (response.status_code, response.json()["error"]["code"]) == (502, "replica_refused_key")
    assert "WWW-Authenticate" not in response.headers


def test_no_more_than_the_begin_of_an_endless_error_is_read(gateway, make_server, model):
    def script(talk: Conversation) -> None:
        talk.send(b"HTTP/1.1 500 No\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            talk.write(b"no! " * 16384)

    gateway.serve(model, make_server(script).url)

    response = gateway.chat(model)

    assert response.status_code == 500
    assert len(response.content) < 3000
    assert response.json()["error"]["message"].startswith("no! no! ")


def test_an_error_in_pieces_is_read_to_its_end(gateway, make_server, model):
    def script(talk: Conversation) -> None:
        talk.send(b"HTTP/1.1 400 No\r\nTransfer-Encoding: chunked\r\n\r\n")
        for byte in b'{"detail": "in pieces"}':
            talk.write(bytes([byte]))
        talk.send(b"0\r\n\r\n")

    gateway.serve(model, make_server(script).url)

    assert gateway.chat(model).json()["error"]["message"] == "in pieces"


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/completions", "/v1/responses"])
@pytest.mark.parametrize("pieces", [(), (b"\n\n",), (b": ping\n\n", b": ping\n\n")])
def test_a_stream_without_a_word_is_an_error(gateway, make_server, model, path, pieces):
    def script(talk: Conversation) -> None:
        talk.begin_stream()
        for piece in pieces:
            talk.write(piece)
        talk.send(b"0\r\n\r\n")

    gateway.serve(model, make_server(script).url)

    response = gateway.post(path, model=model, stream=True)

    assert (response.status_code, response.json()["error"]["code"]) == (502, "empty_stream")


def test_comments_before_the_first_event_reach_the_client_with_it(gateway, make_server, model):
    def script(talk: Conversation) -> None:
        talk.begin_stream()
        talk.write(b": pi")
        talk.write(b"ng\n\n")
        talk.write(b"data: {}\n\n")
        talk.end_stream()

    gateway.serve(model, make_server(script).url)

    assert gateway.chat(model, stream=True).content == b": ping\n\ndata: {}\n\ndata: [DONE]\n\n"


def ends_early(talk: Conversation) -> None:
    """A server whose application fails: HTTP ends in good order."""
    talk.begin_stream()
    talk.event("half")
    talk.send(b"0\r\n\r\n")


def test_a_stream_that_ends_before_its_end_says_so(gateway, make_server, model):
    gateway.serve(model, make_server(ends_early).url)

    with gateway.http.stream(**asking(model)) as response:
        events = [json.loads(line.removeprefix("data: ")) for line in response.iter_lines() if line]

    assert [("choices" in event, event.get("error", {}).get("code")) for event in events] == [
        (True, None),
        (False, "stream_cut_short"),
    ]
    assert gateway.line_of(response.headers["X-Request-Id"])["failure"] == "broken_off"


@pytest.mark.parametrize("more", [{}, {"length": True}])
def test_openais_client_raises_it(gateway, make_server, model, more):
    def with_length(talk: Conversation) -> None:
        talk.answer(b'data: {"choices": []}\n\n', Content_Type="text/event-stream")

    gateway.serve(model, make_server(with_length if more else ends_early).url)

    with (
        openai.OpenAI(base_url=f"{gateway.url}/v1", api_key=API_KEY, max_retries=0) as client,
        pytest.raises(openai.APIError, match="before its answer was whole"),
    ):
        list(client.chat.completions.create(model=model, messages=ASK, stream=True))


def test_a_stream_that_ends_within_a_line_is_cut_off(gateway, make_server, model):
    def script(talk: Conversation) -> None:
        talk.begin_stream()
        talk.event("half")
        talk.write(b'data: {"choices": [')
        talk.send(b"0\r\n\r\n")

    gateway.serve(model, make_server(script).url)

    with pytest.raises(httpx2.RemoteProtocolError):
        gateway.chat(model, stream=True)


@pytest.mark.parametrize(
    ("path", "pieces"),
    [
        ("/v1/chat/completions", [b'data: {"choices": []}\n\n', b"data: %s\n\n" % json.dumps(ENVELOPE).encode()]),
        ("/v1/responses", [b'event: response.failed\ndata: {"type": "response.failed"}\n\n']),
        ("/v1/audio/speech", [b'data: {"type": "speech.audio.delta"}\n\n']),
    ],
)
def test_a_stream_that_ends_as_it_may_is_left_as_it_is(gateway, make_server, model, path, pieces):
    def script(talk: Conversation) -> None:
        talk.begin_stream()
        for piece in pieces:
            talk.write(piece)
        talk.send(b"0\r\n\r\n")

    gateway.serve(model, make_server(script).url)

    response = gateway.post(path, model=model, stream=True)

    assert (response.status_code, response.content) == (200, b"".join(pieces))
    assert gateway.line_of(response.headers["X-Request-Id"])["failure"] == ""


def test_tokens_that_the_client_did_not_ask_for_are_counted(gateway, make_server, model):
    told = b': usage {"prompt_tokens": 8, "completion_tokens": 9, "total_tokens": 17}\n\n'

    def script(talk: Conversation) -> None:
        talk.begin_stream()
        talk.event("hi")
        talk.write(told)
        talk.end_stream()

    gateway.serve(model, make_server(script).url)

    with openai.OpenAI(base_url=f"{gateway.url}/v1", api_key=API_KEY, max_retries=0) as client:
        with client.chat.completions.with_raw_response.create(
            model=model, messages=ASK, stream=True, extra_headers={"X-Request-Id": f"of-{model}"}
        ).parse() as stream:
            (chunk,) = stream
        assert (chunk.choices[0].delta.content, chunk.usage) == ("hi", None)

    line = gateway.line_of(f"of-{model}")
    assert (line["prompt_tokens"], line["completion_tokens"]) == (8, 9)
