"""Where the gateway takes a key from, and which web pages may ask it."""

import httpx2
import pytest

from tests.integration.deploy.gateway.fake_server import says
from tests.integration.deploy.gateway.gateway_process import API_KEY, BEARER

pytestmark = pytest.mark.integration

PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "api-key,content-type"}


@pytest.mark.parametrize("header", ["api-key", "X-API-Key", "x-api-key", "Authorization"])
def test_a_key_is_taken_from_each_header_that_clients_have_for_it_and_goes_no_further(
    gateway, make_server, model, header
):
    server = make_server(says("hi"))
    gateway.serve(model, server.url)
    body = {"model": model, "messages": [{"role": "user", "content": "hello"}]}
    value = BEARER["Authorization"] if header == "Authorization" else API_KEY

    with httpx2.Client(base_url=gateway.url) as http:
        assert http.post("/v1/chat/completions", json=body, headers={header: value}).status_code == 200
        assert http.post("/v1/chat/completions", json=body, headers={header: f"{value}x"}).status_code == 401

    (asked,) = server.requests
    assert API_KEY not in str(asked.headers)


def test_only_pages_that_are_named_may_ask_and_read(start_gateway):
    with start_gateway(CORS_ORIGINS="https://ui.example") as gateway:
        named, foreign = {"Origin": "https://ui.example"}, {"Origin": "https://evil.example"}
        preflight = httpx2.options(f"{gateway.url}/v1/chat/completions", headers=named | PREFLIGHT)
        refused = httpx2.options(f"{gateway.url}/v1/chat/completions", headers=foreign | PREFLIGHT)
        read, unread = (gateway.http.get("/v1/models", headers=page) for page in (named, foreign))

    assert (preflight.status_code, preflight.headers["Access-Control-Allow-Origin"]) == (204, "https://ui.example")
    assert preflight.headers["Access-Control-Allow-Headers"] == "api-key,content-type"
    assert read.headers["Access-Control-Allow-Origin"] == "https://ui.example"
    assert not [answer for answer in (refused, unread) if "Access-Control-Allow-Origin" in answer.headers]
