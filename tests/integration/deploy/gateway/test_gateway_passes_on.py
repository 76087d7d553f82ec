"""Requests reach a replica of the model they name, and its answers come back as they are."""

import gzip
import json

import pytest

from tests.integration.deploy.gateway.fake_server import completion, says
from tests.integration.deploy.gateway.gateway_process import API_KEY

pytestmark = pytest.mark.integration


def test_a_completion_comes_back_unchanged(gateway, make_server, model):
    server = make_server(says("hi"))
    gateway.serve(model, server.url)

    response = gateway.chat(model)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.content == json.dumps(completion("hi")).encode()


@pytest.mark.parametrize(
    "path",
    [
        "/v1/chat/completions",
        "/v1/completions",
        "/v1/embeddings",
        "/v1/rerank",
        "/v1/responses",
        "/v1/audio/speech?x=1%2F2&y=a+b",
    ],
)
def test_any_post_that_names_a_model_is_passed_on_under_its_path(gateway, make_server, model, path):
    server = make_server(says("hi"))
    gateway.serve(model, server.url)
    body = {"model": model, "input": "ünï", "unknown_field": [1, None]}

    assert gateway.post(path, **body).status_code == 200

    (request,) = server.requests
    assert (request.method, request.path, request.json) == ("POST", path, body)


def test_a_packed_body_reaches_the_replica_unpacked(gateway, make_server, model):
    server = make_server(says("hi"))
    gateway.serve(model, server.url)
    body = json.dumps({"model": model, "input": "x" * 5000}).encode()

    response = gateway.http.post("/v1/embeddings", content=gzip.compress(body), headers={"Content-Encoding": "gzip"})

    assert response.status_code == 200
    (request,) = server.requests
    assert request.body == body
    assert "content-encoding" not in request.headers


def test_a_mark_of_utf8_before_the_body_does_not_reach_the_replica(gateway, make_server, model):
    server = make_server(says("hi"))
    gateway.serve(model, server.url)
    body = json.dumps({"model": model}).encode()

    assert gateway.http.post("/v1/completions", content=b"\xef\xbb\xbf" + body).status_code == 200
    assert server.requests[0].body == body


@pytest.mark.parametrize("query", ["?%FF=%ED%A0%80", "?a=%00", "?%", "?x=%C3%BC&x=1"])
def test_an_odd_query_reaches_the_replica_as_it_is(gateway, make_server, model, query):
    server = make_server(says("hi"))
    gateway.serve(model, server.url)

    assert gateway.post(f"/v1/completions{query}", model=model).status_code == 200
    assert server.requests[0].path == f"/v1/completions{query}"


def test_the_replica_gets_its_own_key_and_no_cookie_of_the_client(gateway, make_server, model):
    server = make_server(says("hi"))
    gateway.serve(model, server.url, api_key="sk-replica")

    gateway.http.post(
        "/v1/completions", json={"model": model}, headers={"Cookie": "a=b", "X-Request-Id": "mine-1", "X-Else": "kept"}
    )

    (request,) = server.requests
    assert request.headers["authorization"] == "Bearer sk-replica"
    assert request.headers["x-request-id"] == "mine-1"
    assert request.headers["x-else"] == "kept"
    assert "cookie" not in request.headers
    assert API_KEY not in str(request.headers)


def test_headers_that_are_no_text_are_left_out_both_ways(gateway, make_server, model):
    def script(talk):
        talk.send(b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\nX-Bad: \xfc\r\nX-Good: \xc3\xbc\r\n\r\n{"choices":[]}')

    server = make_server(script)
    gateway.serve(model, server.url)

    response = gateway.http.post(
        "/v1/completions", json={"model": model}, headers=[(b"X-Bad", b"\xfc"), (b"X-Good", b"1")]
    )

    assert response.status_code == 200
    assert "x-bad" not in response.headers
    assert response.headers["X-Good"].encode("latin-1") in {b"\xc3\xbc", b"\xfc"}
    assert "x-bad" not in server.requests[0].headers
    assert server.requests[0].headers["x-good"] == "1"


def test_replicas_take_turns(gateway, make_server, model):
    servers = [make_server(says(name)) for name in "abc"]
    gateway.serve(model, *[server.url for server in servers])

    for _ in range(9):
        gateway.chat(model)

    assert [len(server.requests) for server in servers] == [3, 3, 3]


def test_models_lists_the_names_that_answer(gateway, make_server, model):
    gateway.serve(model, "http://127.0.0.1:9")

    listed = {entry["id"]: entry for entry in gateway.http.get("/v1/models").json()["data"]}

    expected = {"id": model, "object": "model", "created": 1700000000, "owned_by": "swift-trainer"}
    assert listed[model] == expected
    assert gateway.http.get(f"/v1/models/{model}").json() == expected
    assert gateway.http.get(f"/v1/models/{model}s").json()["error"]["code"] == "model_not_found"


def test_a_request_leaves_one_line_and_no_prompt_or_key(gateway, make_server, model):
    server = make_server(says("my-answer"))
    gateway.serve(model, server.url, api_key="sk-of-replica")

    response = gateway.chat(model, user="my-prompt")

    line = gateway.line_of(response.headers["X-Request-Id"])
    wanted = {
        "event": "request",
        "process": "gateway",
        "level": "info",
        "method": "POST",
        "path": "/v1/chat/completions",
        "caller": "api_key",
        "model": model,
        "deployment": f"{model}~deploy-0",
        "status": 200,
        "failure": "",
        "tries": 1,
        "prompt_tokens": 3,
        "completion_tokens": 4,
    }
    assert wanted.items() <= line.items()
    assert 0 < line["first_byte_ms"] <= line["milliseconds"]
    text = (gateway.folder / "gateway.log").read_text()
    assert [word for word in ("my-answer", "my-prompt", "hello", API_KEY, "sk-of-replica") if word in text] == []


@pytest.mark.parametrize("sent", ["", "with space", "x" * 200, "tab\there"])
def test_a_request_id_that_cannot_be_one_is_replaced(gateway, sent):
    answered = gateway.http.get("/v1/models", headers={"X-Request-Id": sent}).headers["X-Request-Id"]

    assert len(answered) == 26
