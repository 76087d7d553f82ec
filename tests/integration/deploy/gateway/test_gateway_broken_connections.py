"""What comes from a replica and is no HTTP, or was not asked for, or too much of a count, reaches nobody."""

import json
import threading
from collections.abc import Iterator

import openai
import pytest

from tests.integration.deploy.gateway.fake_server import Conversation, completion, says, text_of
from tests.integration.deploy.gateway.gateway_process import API_KEY
from tests.integration.deploy.gateway.test_gateway_refuses import error_in
from tests.real_stack import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.integration

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def hold() -> Iterator[threading.Event]:
    """What a replica waits for that says nothing more: the end of the test."""
    ended = threading.Event()
    yield ended
    ended.set()


@pytest.mark.parametrize("garbage", [b"zz\r\nabc", b"-5\r\nabc", b'10\r\n{"choices": [    \r\nzz\r\n'])
def test_broken_framing_is_told_at_once(gateway, make_server, model, garbage, hold):
    def script(talk: Conversation) -> None:
        talk.send(HEAD % b"application/json")
        talk.send(garbage)
        hold.wait(PATIENCE_SECONDS)

    gateway.serve(model, make_server(script).url)

    response = gateway.chat(model)

    assert (response.status_code, error_in(response)["code"]) == (502, "replica_garbled")


def test_broken_framing_in_a_stream_is_told_at_once(gateway, make_server, model, hold):
    def script(talk: Conversation) -> None:
        talk.begin_stream()
        talk.event("first")
        talk.send(b"zz\r\nabc")
        hold.wait(PATIENCE_SECONDS)

    gateway.serve(model, make_server(script).url)
    client = openai.OpenAI(base_url=f"{gateway.url}/v1", api_key=API_KEY, max_retries=0)

    with pytest.raises(openai.APIError, match="is no HTTP"):
        list(client.chat.completions.create(model=model, messages=[{"role": "user", "content": "x"}], stream=True))


def test_an_answer_that_nobody_asked_for_reaches_nobody(gateway, make_server, model):
    sent_again = threading.Event()

    def script(talk: Conversation) -> None:
        said = talk.json["messages"][0]["content"]
        talk.answer(completion(f"for {said}"))
        if said == "ann":
            talk.answer(completion("for ann"))
            sent_again.set()

    gateway.serve(model, make_server(script).url)

    for name in ("ann", "bob", "cid"):
        response = gateway.post(model=model, messages=[{"role": "user", "content": name}])
        assert sent_again.wait(PATIENCE_SECONDS)
        assert text_of(response) == f"for {name}"


def test_a_replica_that_lingers_behind_its_last_word_costs_nobody_the_answer(start_gateway, make_server, model, hold):
    def script(talk: Conversation) -> None:
        talk.begin_stream()
        talk.event("all")
        talk.write(b"data: [DONE]\n\n")
        hold.wait(PATIENCE_SECONDS)

    with start_gateway(GATEWAY_IDLE_SECONDS=0.5) as gateway:
        gateway.serve(model, make_server(script).url)
        response = gateway.chat(model, stream=True)
        line = gateway.line_of(response.headers["X-Request-Id"])

    assert response.text.endswith("data: [DONE]\n\n")
    assert (line["status"], line["failure"]) == (200, "")


def test_what_is_cut_off_as_the_gateway_stops_is_told_why(start_gateway, make_server, model, hold):
    begun = threading.Event()

    def script(talk: Conversation) -> None:
        talk.begin_stream()
        talk.event("first")
        begun.set()
        hold.wait(PATIENCE_SECONDS)

    with start_gateway(GATEWAY_GRACE_SECONDS=0.2) as gateway:
        gateway.serve(model, make_server(script).url)
        client = openai.OpenAI(base_url=f"{gateway.url}/v1", api_key=API_KEY, max_retries=0)
        chunks = client.chat.completions.create(model=model, messages=[{"role": "user", "content": "x"}], stream=True)
        next(iter(chunks))
        gateway.process.terminate()
        with pytest.raises(openai.APIError, match="the gateway is being stopped"):
            list(chunks)
        assert gateway.process.wait(PATIENCE_SECONDS) == 0
        (line,) = [line for line in gateway.lines() if line["event"] == "request" and line["model"] == model]

    assert line["failure"] == "broken_off"


def test_a_count_that_is_absurd_is_none(gateway, make_server, model, store):
    absurd = {**completion("hi"), "usage": {"prompt_tokens": 10**25, "completion_tokens": 2}}
    gateway.serve(model, make_server(lambda talk: talk.answer(absurd)).url)
    gateway.serve(f"{model}-2", make_server(says("hi")).url)

    assert gateway.chat(model).status_code == 200
    assert gateway.chat(f"{model}-2").status_code == 200

    other = f"{model}-2~deploy-0"
    eventually(lambda: store.traffic.of_deployments([other])[other].prompt_tokens, lambda count: count == 3)
    own = f"{model}~deploy-0"
    assert store.traffic.of_deployments([own])[own].prompt_tokens == 0


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 5000])
@pytest.mark.parametrize("name", ["x", "temperature"])
def test_a_number_that_is_too_large_is_the_requests_fault(gateway, make_server, model, name, number):
    gateway.serve(model, make_server(says("hi")).url)
    body = json.dumps({"model": model, "messages": []})[:-1] + f', "{name}": {number}}}'

    response = gateway.http.post("/v1/chat/completions", content=body, headers={"Content-Type": "application/json"})

    assert (response.status_code, error_in(response)["code"]) == (400, "invalid_json")


def test_other_expectations_of_a_client_are_passed_over(gateway, make_server, model):
    gateway.serve(model, make_server(says("hi")).url)
    body = {"model": model, "messages": [{"role": "user", "content": "x"}]}

    assert text_of(gateway.http.post("/v1/chat/completions", json=body, headers={"Expect": "foo"})) == "hi"


def test_a_model_that_is_asleep_is_no_unknown_one(gateway, model):
    gateway.known = [*gateway.known, model]
    gateway.tell()

    response = eventually(lambda: gateway.http.get(f"/v1/models/{model}"), lambda found: found.status_code != 404)

    assert (response.status_code, error_in(response)["code"]) == (503, "no_healthy_replica")


def test_the_list_of_models_with_a_slash_behind_it_is_no_path(gateway):
    assert gateway.http.get("/v1/models/").status_code == 404
