"""What a server calls a success is looked at before a client gets it: what is none becomes an error with a status."""

import gzip
import json
from typing import Any

import httpx2
import openai
import pytest

from deploy.gateway.endpoints import ENDPOINTS
from tests.integration.deploy.gateway.fake_server import Conversation, Script, completion
from tests.integration.deploy.gateway.gateway_process import API_KEY
from tests.integration.deploy.gateway.test_gateway_refuses import error_in

pytestmark = pytest.mark.integration

STREAMED = ["/v1/chat/completions", "/v1/completions", "/v1/responses"]
EVENTS = b'data: {"choices": []}\n\ndata: [DONE]\n\n'
PAGE = b"<!doctype html><html><h1>It works!</h1></html>"
FULL = json.dumps(completion("x" * 200_000)).encode()


def in_pieces(*pieces: bytes, kind: str = "text/event-stream") -> Script:
    def script(talk: Conversation) -> None:
        talk.send(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        for piece in pieces:
            talk.write(piece)
        talk.send(b"0\r\n\r\n")

    return script


def whole(body: Any, status: int = 200, **headers: str) -> Script:
    return lambda talk: talk.answer(body, status, **headers)


@pytest.mark.parametrize("path", STREAMED)
@pytest.mark.parametrize(
    "pieces", [[b"data: [DONE]\n\n"], [b": ping\n\n", b"data: [DO", b"NE]"], [b"event: x\n\n", b"data:[DONE]\r\n\r\n"]]
)
def test_a_stream_that_says_nothing_but_that_it_is_done_is_empty(gateway, make_server, model, path, pieces):
    gateway.serve(model, make_server(in_pieces(*pieces)).url)

    response = gateway.post(path, model=model, stream=True)

    assert (response.status_code, error_in(response)["code"]) == (502, "empty_stream")


@pytest.mark.parametrize("path", STREAMED)
@pytest.mark.parametrize(
    "script",
    [
        whole(b""),
        whole(PAGE, Content_Type="text/html"),
        whole(completion("hi")),
        whole(EVENTS, Content_Type="text/plain"),
        in_pieces(EVENTS, kind="application/octet-stream"),
        in_pieces(PAGE),
        in_pieces(b"data: <html>\n\n"),
        in_pieces(b"x" * 1_000_000),
        in_pieces(b": ping\n\n" * 200_000, EVENTS),
    ],
)
def test_who_asked_for_a_stream_gets_nothing_else_as_one(gateway, make_server, model, path, script):
    gateway.serve(model, make_server(script).url)

    response = gateway.post(path, model=model, stream=True)

    assert (response.status_code, error_in(response)["code"]) == (502, "replica_garbled")


def test_who_asked_for_no_stream_gets_none(gateway, make_server, model):
    gateway.serve(model, make_server(in_pieces(EVENTS)).url)

    response = gateway.chat(model)

    assert (response.status_code, error_in(response)["code"]) == (502, "replica_garbled")


def test_it_is_the_servers_business_what_an_odd_stream_means(gateway, make_server, model):
    server = make_server(in_pieces(EVENTS))
    gateway.serve(model, server.url)
    assert gateway.chat(model, stream="yes").content == EVENTS

    server.script = whole(completion("hi"))
    assert gateway.chat(model, stream="yes").json() == completion("hi")


VLLM = {"object": "error", "message": "no such thing", "type": "NotFoundError", "param": None, "code": 404}


@pytest.mark.parametrize("path", STREAMED)
@pytest.mark.parametrize(
    "said",
    [
        ({"error": {"message": "n is 0", "type": "BadRequestError", "code": 400}}, (400, "invalid_request_error")),
        (VLLM, (404, "invalid_request_error")),
        ({"error": "Input validation failed", "error_type": "validation"}, (400, "invalid_request_error")),
        ({"error": {"message": "no memory", "type": "internal_server_error"}}, (500, "server_error")),
        ({"error": {"message": "who knows"}}, (502, "server_error")),
        ({"type": "error", "code": "rate_limit_exceeded", "message": "busy", "param": None}, (429, "requests")),
    ],
)
def test_an_error_as_the_first_event_is_an_answer_with_a_status(gateway, make_server, model, path, said):
    event, told = said
    sent = json.dumps(event).encode()
    gateway.serve(model, make_server(in_pieces(b": ping\n\nda", b"ta: " + sent[:9], sent[9:] + b"\n\n")).url)

    response = gateway.post(path, model=model, stream=True)

    error = error_in(response)
    assert (response.status_code, error["type"]) == told
    assert error["message"] in json.dumps(event)


def test_a_key_that_is_refused_in_a_success_is_the_gateways_too(gateway, make_server, model):
    gateway.serve(model, make_server(whole({"error": {"message": "bad key", "code": 401}})).url)

    response = gateway.chat(model)

    assert (response.status_code, error_in(response)["code"]) == (502, "replica_refused_key")


@pytest.mark.parametrize("path", [*STREAMED, "/v1/embeddings", "/v1/rerank", "/v1/score", "/v1/classify"])
@pytest.mark.parametrize(
    "script",
    [
        whole(b""),
        whole(b"{}", 204),
        whole(b"", 307, Location="http://elsewhere.internal/"),
        whole(b"", 304),
        lambda talk: talk.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
        whole(b'{"choices": ['),
        whole(b"[1]"),
        whole(b"null"),
        whole(b'{"choices": []} {}'),
        whole(PAGE, Content_Type="text/html"),
        whole(PAGE),
        in_pieces(b'{"id": ', b'"x"', kind="application/json"),
        whole(gzip.compress(b"{}"), Content_Encoding="gzip"),
    ],
)
def test_what_is_no_whole_answer_is_no_success(gateway, make_server, model, path, script):
    gateway.serve(model, make_server(script).url)

    response = gateway.post(path, model=model)

    assert (response.status_code, error_in(response)["code"]) == (502, "replica_garbled")
    assert "Location" not in response.headers


@pytest.mark.parametrize(
    "said",
    [
        ({"error": {"message": "n is 0", "type": "BadRequestError", "code": 400}}, 400, "n is 0"),
        ({"error": "overloaded", "error_type": "overloaded"}, 429, "overloaded"),
        ({"object": "error", "message": "went wrong", "type": "InternalServerError", "code": 500}, 500, "went wrong"),
        ({"error": {"message": "no", "type": "server_error", "param": None, "code": "x"}}, 500, "no"),
        ({"error": True}, 502, ""),
    ],
)
@pytest.mark.parametrize("more", [{}, {"stream": True}])
def test_an_error_that_is_called_a_success_becomes_one(gateway, make_server, model, said, more):
    body, status, message = said
    gateway.serve(model, make_server(whole(body)).url)

    response = gateway.chat(model, **more)

    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/json; charset=utf-8")
    assert message in error_in(response)["message"]


@pytest.mark.parametrize(
    "script",
    [
        whole(FULL),
        in_pieces(FULL[:10], FULL[10:90_000], FULL[90_000:], kind="application/json"),
        whole(b' {"error": null, "object": "response", "output": []}\n'),
        whole(
            {"object": "response", "status": "failed", "output": [], "error": {"code": "server_error", "message": "no"}}
        ),
    ],
)
def test_a_whole_answer_passes_however_large(gateway, make_server, model, script):
    gateway.serve(model, make_server(script).url)

    response = gateway.post("/v1/responses", model=model)

    assert response.status_code == 200
    assert (
        response.content in {FULL, b' {"error": null, "object": "response", "output": []}\n'}
        or response.json()["error"]
    )


@pytest.mark.parametrize("body", [b"{}", b'{"choices_": []}', b'{"%s": 1}', b'{"%s": null, "x": NaN}'])
@pytest.mark.parametrize("path", ENDPOINTS)
def test_an_answer_has_the_list_that_it_is_about(gateway, make_server, model, path, body):
    gateway.serve(model, make_server(whole(body.replace(b"%s", ENDPOINTS[path].encode()))).url)

    response = gateway.post(path, model=model)

    assert (response.status_code, error_in(response)["code"]) == (502, "replica_garbled")


@pytest.mark.parametrize("body", [b'{"choices": [NaN]}', b'{"choices": [{"text": "\\ud83d"}]}', b'{"choices" :\n[]}'])
def test_what_clients_read_though_it_is_no_json_passes(gateway, make_server, model, body):
    gateway.serve(model, make_server(whole(body)).url)

    assert gateway.chat(model).content == body


def test_a_large_answer_without_its_end_does_not_end_in_good_order(gateway, make_server, model):
    gateway.serve(model, make_server(whole(FULL[:-5])).url)

    with pytest.raises(httpx2.RemoteProtocolError):
        gateway.chat(model)


def test_a_server_that_dies_within_its_answer_is_an_error_with_a_status(gateway, make_server, model):
    def script(talk: Conversation) -> None:
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{")
        talk.close()

    server = make_server(script)
    gateway.serve(model, server.url)

    response = gateway.chat(model)

    assert (response.status_code, error_in(response)["code"], len(server.requests)) == (502, "replica_lost", 1)


def test_json_is_told_as_json(gateway, make_server, model):
    gateway.serve(model, make_server(whole(completion("hi"), Content_Type="text/plain")).url)

    with openai.OpenAI(base_url=f"{gateway.url}/v1", api_key=API_KEY, max_retries=0) as client:
        answer = client.chat.completions.create(model=model, messages=[])

    assert answer.choices[0].message.content == "hi"
    assert gateway.chat(model).reason_phrase == "OK"  # the server said: Whatever


@pytest.mark.parametrize(
    ("script", "status"),
    [
        (whole(b"RIFF\0\0", Content_Type="audio/wav"), 200),
        (whole(b"1\n00:00 --> 00:01\nhello\n", Content_Type="text/plain"), 200),
        (whole(b"", Content_Type="audio/wav"), 502),
        (whole(PAGE, Content_Type="text/html"), 502),
        (whole(b'{"text": "cu'), 502),
        (whole(b"", 302, Location="/"), 502),
        (in_pieces(), 502),
    ],
)
def test_other_paths_may_answer_otherwise_but_not_with_pages_or_nothing(gateway, make_server, model, script, status):
    gateway.serve(model, make_server(script).url)

    assert gateway.post("/v1/audio/speech", model=model).status_code == status


CHUNK = b'data: {"choices": []}\n\n'


@pytest.mark.parametrize(
    "last", [b'data: {"choices": [1]}\n', b'data: {"choices": [1]}\r\n', b"event: x\n", b": ping\n"]
)
def test_a_stream_that_ends_between_two_lines_says_so(gateway, make_server, model, last):
    gateway.serve(model, make_server(in_pieces(CHUNK, last)).url)

    with (
        openai.OpenAI(base_url=f"{gateway.url}/v1", api_key=API_KEY, max_retries=0) as client,
        pytest.raises(openai.APIError, match="before its answer was whole"),
    ):
        list(client.chat.completions.create(model=model, messages=[], stream=True))


@pytest.mark.parametrize("begin", [b'data: {"choices": [', b'data: {"choices": []}', b'data: {"choices": []}\n'])
def test_a_stream_that_ends_within_its_first_event_is_an_error_with_a_status(gateway, make_server, model, begin):
    gateway.serve(model, make_server(in_pieces(begin)).url)

    response = gateway.chat(model, stream=True)

    assert (response.status_code, error_in(response)["code"]) == (502, "stream_cut_short")


def test_a_first_event_that_is_large_passes(gateway, make_server, model):
    created = b'data: {"type": "response.created", "response": "%s"}\n\n' % (b"x" * 200_000)
    done = b'data: {"type": "response.completed"}\n\n'
    gateway.serve(model, make_server(in_pieces(created[:70_000], created[70_000:], done)).url)

    assert gateway.post("/v1/responses", model=model, stream=True).content == created + done
