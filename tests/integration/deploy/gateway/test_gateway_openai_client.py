"""The unmodified openai client talks to models through the gateway, and raises its own errors."""

import threading

import openai
import pytest

from tests.integration.deploy.gateway.fake_server import Conversation, completion, says
from tests.integration.deploy.gateway.gateway_process import API_KEY
from tests.real_stack import PATIENCE_SECONDS

pytestmark = pytest.mark.integration

ASK = [{"role": "user", "content": "hello"}]


@pytest.fixture
def client(gateway):
    with openai.OpenAI(base_url=f"{gateway.url}/v1", api_key=API_KEY, max_retries=0) as connected:
        yield connected


def test_chat(gateway, make_server, model, client):
    gateway.serve(model, make_server(says("hi there")).url)

    answer = client.chat.completions.create(model=model, messages=ASK)

    assert answer.choices[0].message.content == "hi there"
    assert answer.usage.total_tokens == 7


def test_a_stream_with_usage(gateway, make_server, model, client):
    def script(talk: Conversation) -> None:
        talk.begin_stream()
        for text in ("hi ", "the", "re"):
            talk.event(text)
        talk.end_stream(usage=completion("")["usage"])

    server = make_server(script)
    gateway.serve(model, server.url)

    chunks = list(
        client.chat.completions.create(model=model, messages=ASK, stream=True, stream_options={"include_usage": True})
    )

    assert "".join(chunk.choices[0].delta.content for chunk in chunks if chunk.choices) == "hi there"
    assert chunks[-1].usage.completion_tokens == 4
    assert server.requests[0].json["stream_options"] == {"include_usage": True}


def test_embeddings(gateway, make_server, model, client):
    vector = {"object": "embedding", "index": 0, "embedding": [0.5, -1.0]}
    body = {"object": "list", "data": [vector], "model": "m", "usage": {"prompt_tokens": 2, "total_tokens": 2}}
    gateway.serve(model, make_server(lambda talk: talk.answer(body)).url)

    answer = client.embeddings.create(model=model, input=["hello"], encoding_format="float")

    assert answer.data[0].embedding == [0.5, -1.0]


def test_models(gateway, model, client):
    gateway.serve(model, "http://127.0.0.1:9")

    assert model in [entry.id for entry in client.models.list()]
    assert client.models.retrieve(model).owned_by == "swift-trainer"


@pytest.mark.parametrize("path", ["/v1/models/{}/bot", "/v1/models/{}%2Fbot", "/v1/models/{}%2fbot"])
def test_a_models_name_may_have_a_slash(gateway, make_server, model, client, path):
    name = f"{model}/bot"
    gateway.serve(name, make_server(says("hi")).url)

    assert client.models.retrieve(name).id == name
    assert gateway.http.get(path.format(model)).json()["id"] == name
    assert client.chat.completions.create(model=name, messages=ASK).choices[0].message.content == "hi"


def test_an_unknown_model_is_not_found(client):
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(model="gpt-9", messages=ASK)

    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")


def test_a_wrong_key_is_an_authentication_error(client):
    with pytest.raises(openai.AuthenticationError) as caught:
        client.with_options(api_key="wrong").models.list()

    assert caught.value.code == "invalid_api_key"


def test_an_error_of_the_server_is_the_clients_own_kind(gateway, make_server, model, client):
    body = {"error": {"message": "max_tokens is too large", "type": "BadRequestError", "param": None, "code": 400}}
    gateway.serve(model, make_server(lambda talk: talk.answer(body, 400)).url)

    with pytest.raises(openai.BadRequestError, match="max_tokens is too large"):
        client.chat.completions.create(model=model, messages=ASK)


def test_a_stream_that_breaks_off_raises(gateway, make_server, model, client):
    is_seen = threading.Event()

    def script(talk: Conversation) -> None:
        talk.begin_stream()
        talk.event("half")
        is_seen.wait(PATIENCE_SECONDS)
        talk.close()

    gateway.serve(model, make_server(script).url)
    seen = []

    with pytest.raises(openai.APIError, match="ended the connection"):
        for chunk in client.chat.completions.create(model=model, messages=ASK, stream=True):
            seen.append(chunk.choices[0].delta.content)
            is_seen.set()

    assert seen == ["half"]


def test_a_client_that_may_retry_gets_over_a_model_that_is_starting(gateway, make_server, model, client):
    """Retry-After and 503 are what its own retries understand."""
    answers = iter([503, 200])

    def script(talk: Conversation) -> None:
        status = next(answers)
        talk.answer(completion("at last"), status, Retry_After="0")

    gateway.serve(model, make_server(script).url)

    answer = client.with_options(max_retries=2).chat.completions.create(model=model, messages=ASK)

    assert answer.choices[0].message.content == "at last"
