"""What the gateway refuses by itself, always in the shape that OpenAI's clients know."""

import json
import socket
from datetime import timedelta

import pytest

from common.access.api_keys import ApiKey, Scope, hash_of, new_key
from common.clock import now
from tests.integration.deploy.gateway.fake_server import says
from tests.integration.deploy.gateway.gateway_process import API_KEY, BEARER
from tests.real_stack import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.integration


def error_in(response) -> dict:
    assert response.headers["Content-Type"].startswith("application/json")
    assert set(response.json()) == {"error"}
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}
    assert response.headers["X-Request-Id"]
    return response.json()["error"]


def make_key(store, **changes) -> str:
    key_id, key = new_key()
    values = {"id": key_id, "name": f"key-{key_id}", "scope": Scope.READ, "hash": hash_of(key), "created_at": now()}
    store.api_keys.create(ApiKey(**{**values, **changes}))
    return key


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer wrong", f"Basic {API_KEY}", f"Bearer {API_KEY}x", "Bearer \u00fc"]
)
def test_a_missing_or_wrong_key_is_refused(gateway, authorization):
    response = gateway.http.get("/v1/models", headers={"Authorization": authorization.encode("latin-1")})

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    error = error_in(response)
    assert (error["type"], error["code"]) == ("invalid_request_error", "invalid_api_key")


def test_a_key_of_the_service_may_use_models_until_it_is_revoked(gateway, make_server, model, store):
    server = make_server(says("hi"))
    gateway.serve(model, server.url)
    key = make_key(store)
    headers = {"Authorization": f"Bearer {key}"}

    def ask() -> int:
        return gateway.http.post("/v1/completions", json={"model": model}, headers=headers).status_code

    assert ask() == 200
    store.api_keys.revoke(key.split("_")[1])
    # It was seen a moment ago: this lasts for a few seconds at most.
    assert eventually(ask, lambda status: status != 200) == 401


def test_a_key_that_expired_or_is_another_ones_is_refused(gateway, store):
    expired = make_key(store, created_at=now() - timedelta(days=2), expires_at=now() - timedelta(days=1))
    known_id_wrong_secret = make_key(store)[:-5] + "AAAAA"
    never_made = new_key()[1]

    for key in (expired, known_id_wrong_secret, never_made):
        response = gateway.http.get("/v1/models", headers={"Authorization": f"Bearer {key}"})
        assert (response.status_code, error_in(response)["code"]) == (401, "invalid_api_key")
        assert key not in response.text


def test_an_unknown_model_is_told_with_the_nearest_names(gateway, make_server, model):
    gateway.serve(model, make_server(says("hi")).url)

    response = gateway.chat(model.replace("model", "mode1"))

    assert response.status_code == 404
    error = error_in(response)
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", "model", "model_not_found")
    assert f"`{model}`" in error["message"]


def test_a_known_model_without_a_healthy_replica_is_unavailable_for_now(gateway, model):
    gateway.known = [model]
    gateway.tell()

    response = eventually(lambda: gateway.chat(model), lambda found: found.status_code != 404)

    assert (response.status_code, error_in(response)["code"]) == (503, "no_healthy_replica")
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "invalid_json"),
        (b"", "invalid_json"),
        (b"[1]", "invalid_json"),
        (b"{}", "missing_required_parameter"),
        (b'{"model": 3}', "missing_required_parameter"),
        (b'{"model": "\xff"}', "invalid_json"),
        (b'{"model": "\\ud800"}', "invalid_json"),
        (b'{"model": "\\ud800\\u0041, which is long enough"}', "invalid_json"),
        ('{"model": "x"}'.encode("utf-16"), "invalid_json"),
    ],
)
def test_a_body_that_names_no_model_is_refused(gateway, body, code):
    response = gateway.http.post("/v1/chat/completions", content=body)

    assert (response.status_code, error_in(response)["code"]) == (400, code)


def test_half_a_character_is_told_as_such(gateway):
    response = gateway.http.post("/v1/completions", content=b'{"model": "\\uD800"}')

    assert "half of a surrogate pair" in error_in(response)["message"]


def test_a_body_that_is_no_utf8_somewhere_is_refused(gateway, make_server, model):
    gateway.serve(model, make_server(says("hi")).url)

    response = gateway.http.post("/v1/completions", content=b'{"model": "%s", "user": "\xff"}' % model.encode())

    assert (response.status_code, error_in(response)["code"]) == (400, "invalid_json")
    assert "UTF-8" in error_in(response)["message"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v1/chat/completions", 405),
        ("DELETE", "/v1/models/x", 405),
        ("POST", "/v1/models", 405),
        ("GET", "/v1/files", 404),
        ("GET", "/v1/responses/resp_1", 404),
        ("DELETE", "/v1/files/f", 404),
        ("PUT", "/v1/chat/completions/x", 404),
        ("GET", "/v1", 404),
        ("POST", "/v2/chat/completions", 404),
        ("POST", "/v1/%2e%2e/metrics", 404),
        ("POST", "/v1/a%2Fb", 404),
        ("POST", "/v1//chat", 404),
        ("POST", "/v1/load_lora_adapter", 403),
    ],
)
def test_other_paths_are_refused(gateway, method, path, status):
    response = gateway.http.request(method, path, json={"model": "x"})

    assert response.status_code == status
    error_in(response)


def test_what_may_be_asked_at_a_path_is_told(gateway):
    assert gateway.http.get("/v1/embeddings").headers["Allow"] == "POST"
    assert gateway.http.delete("/v1/models/x").headers["Allow"] == "GET, HEAD"
    assert gateway.http.post("/metrics").headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "sent",
    [
        {"files": {"file": ("data.jsonl", b"{}")}, "data": {"purpose": "batch"}},
        {"json": {"input_file_id": "file-1", "endpoint": "/v1/chat/completions"}},
        {"content": b""},
    ],
)
def test_a_path_that_nothing_is_at_is_told_as_such_whatever_the_body(gateway, sent):
    response = gateway.http.post("/v1/files", **sent)

    error = error_in(response)
    assert (response.status_code, error["code"]) == (404, "unknown_url")
    assert "POST /v1/files" in error["message"]


@pytest.mark.parametrize("name", ["a\0b", "\x7f", "x" * 5000, "\u202e", "../../x"])
def test_an_odd_name_is_a_model_that_is_not_there(gateway, name):
    response = gateway.chat(name)

    assert (response.status_code, error_in(response)["code"]) == (404, "model_not_found")


@pytest.mark.parametrize("path", ["%FF", "%ED%A0%80", "%00", "%", "%E4%BD"])
def test_an_odd_name_in_a_path_is_too(gateway, path):
    response = gateway.http.get(f"/v1/models/{path}")

    assert (response.status_code, error_in(response)["code"]) == (404, "model_not_found")


@pytest.mark.parametrize("told", [True, False])
def test_a_body_that_is_too_large_is_refused(start_gateway, told):
    big = json.dumps({"model": "m", "messages": "x" * 200_000}).encode()

    with start_gateway(GATEWAY_MAX_BODY_BYTES=100_000) as gateway:
        response = gateway.http.post("/v1/completions", content=big if told else iter([big]))

        assert (response.status_code, error_in(response)["code"]) == (413, "request_too_large")
        assert "GATEWAY_MAX_BODY_BYTES" in error_in(response)["message"]


def test_a_large_body_that_is_announced_is_refused_before_it_is_sent(gateway):
    head = "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n"
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=PATIENCE_SECONDS) as client:
        client.sendall(f"{head}Authorization: {BEARER['Authorization']}\r\n\r\n".encode())

        assert client.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_wrong_keys_are_limited_but_issued_keys_go_on(start_gateway, store):
    key = make_key(store)

    with start_gateway(RATE_LIMIT_FAILED_AUTH="3/minute") as gateway:
        statuses = [gateway.http.get("/v1/models", headers={"Authorization": "Bearer no"}) for _ in range(5)]
        assert [response.status_code for response in statuses] == [401, 401, 401, 429, 429]
        assert int(statuses[-1].headers["Retry-After"]) > 0
        error_in(statuses[-1])
        # Now a right guess must not show.
        assert gateway.http.get("/v1/models").status_code == 429
        assert gateway.http.get("/v1/models", headers={"Authorization": f"Bearer {key}"}).status_code == 200


def test_without_a_key_only_this_machine_is_answered(start_gateway, make_server, model):
    server = make_server(says("hi"))

    with start_gateway(API_KEY="") as gateway:
        gateway.serve(model, server.url)

        def ask(**headers: str) -> int:
            return gateway.http.post("/v1/completions", json={"model": model}, headers=headers).status_code

        assert ask(Authorization="Bearer EMPTY") == 200
        assert ask(Host="localhost:8001", Origin="http://localhost:8001") == 200
        assert ask(Host="localhost:8001", Origin="http://localhost:3000") == 401
        assert ask(**{"Sec-Fetch-Site": "same-site"}) == 401
        assert ask(Host="evil.example.org") == 401
        assert ask(Origin="https://evil.example.org") == 401
        assert ask(Origin="null") == 401


def test_probes_ask_for_no_key_metrics_do(gateway):
    none = {"Authorization": ""}

    assert gateway.http.get("/healthz", headers=none).json() == {"status": "ok"}
    assert gateway.http.get("/readyz", headers=none).json()["status"] == "ready"
    assert gateway.http.get("/metrics", headers=none).status_code == 401


def test_a_request_that_is_no_http_gets_an_answer_and_no_secret_is_logged(gateway):
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=PATIENCE_SECONDS) as client:
        client.sendall(b"POST /v1/completions HTTP/1.1\r\nHost: x\r\nAuthorization Bearer secret-in-no-header\r\n\r\n")

        assert client.recv(65536).startswith(b"HTTP/1.0 400 ")

    eventually(lambda: [line for line in gateway.lines() if line["event"] == "request_is_no_http"], bool)
    assert "secret-in-no-header" not in (gateway.folder / "gateway.log").read_text()


def test_behind_a_trusted_proxy_one_that_guesses_shuts_out_itself_alone(start_gateway):
    with start_gateway(RATE_LIMIT_FAILED_AUTH="2/minute", TRUSTED_PROXIES="127.0.0.1") as gateway:

        def ask(authorization: str, forwarded_for: str) -> int:
            headers = {"Authorization": authorization, "X-Forwarded-For": forwarded_for}
            return gateway.http.get("/v1/models", headers=headers).status_code

        assert [ask("Bearer guess", f"198.51.100.{n}, 192.0.2.7") for n in range(3)] == [401, 401, 429]
        assert ask(f"Bearer {API_KEY}", "192.0.2.8") == 200
