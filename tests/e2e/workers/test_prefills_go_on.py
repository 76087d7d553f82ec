"""Answers of a real server that go on from what the client has begun, with a chat template that thinks first."""

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from jsonschema import Draft202012Validator

from tests.e2e.conftest import PHASE_SECONDS
from tests.e2e.workers.conftest import Bench
from tests.serving import KEY, Servers
from workers.lives.server.probe import ProbeKind

pytestmark = pytest.mark.e2e

SCHEMA = {
    "type": "object",
    "properties": {"a": {"type": "integer", "minimum": 10, "maximum": 99}, "b": {"enum": ["x", "y"]}},
    "required": ["a", "b"],
    "additionalProperties": False,
}
OBJECT: Any = {"type": "json_object"}
DESCRIBED: Any = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}


@pytest.fixture(scope="module")
def client(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Iterator[openai.OpenAI]:
    servers = Servers(tmp_path_factory.mktemp("prefills"), bench.python)
    try:
        server = servers.start(bench.model, extra_args={"model_type": "qwen3", "template": "qwen3_thinking"})
        assert server.wait_for(ProbeKind.READY, PHASE_SECONDS).is_ready, server.log.read_text()
        with openai.OpenAI(base_url=f"http://127.0.0.1:{server.port}/v1", api_key=KEY, max_retries=0) as made:
            yield made
    finally:
        servers.end()


def go_on(client: openai.OpenAI, begun: str, **fields: Any) -> Any:
    """The first choice of an answer that goes on from there."""
    messages: Any = [{"role": "user", "content": "What are you?"}, {"role": "assistant", "content": begun}]
    asked = {"temperature": 1, "seed": 3, "max_tokens": 300} | fields
    return client.chat.completions.create(model="qwen", messages=messages, **asked).choices[0]


def test_an_answer_that_is_gone_on_from_is_no_thought(client: openai.OpenAI) -> None:
    choice = go_on(client, "I am", max_tokens=8)

    assert choice.message.content
    assert "reasoning_content" not in choice.message.model_extra


def test_a_thought_that_is_gone_on_from_is_one(client: openai.OpenAI) -> None:
    choice = go_on(client, "<think>I wonder", max_tokens=8)

    assert choice.message.content == ""
    assert choice.message.model_extra["reasoning_content"]
    assert "I wonder" not in choice.message.model_extra["reasoning_content"]


def test_tokens_of_thoughts_are_counted(client: openai.OpenAI) -> None:
    question: Any = [{"role": "user", "content": "What are you?"}]
    fields: Any = {"model": "qwen", "messages": question, "temperature": 1, "seed": 3, "max_tokens": 8}

    usage = client.chat.completions.create(**fields).usage
    more: Any = {"temperature": 1, "max_output_tokens": 8, "extra_body": {"seed": 3}}
    response = client.responses.create(model="qwen", input="What are you?", **more)

    assert usage is not None
    assert usage.completion_tokens_details is not None
    assert usage.completion_tokens == usage.completion_tokens_details.reasoning_tokens == 8
    assert response.usage is not None
    assert response.usage.output_tokens_details.reasoning_tokens == response.usage.output_tokens == 8


@pytest.mark.parametrize("begun", ["{", ' {"', '{"a": 4', '{"a": 42, "b": "x"}', "<think>No.</think>\n\n{"])
def test_a_form_is_gone_on_with_from_where_it_was_begun(client: openai.OpenAI, begun: str) -> None:
    choice = go_on(client, begun, response_format=DESCRIBED)

    assert choice.finish_reason == "stop"
    whole = begun.rpartition("</think>")[2] + choice.message.content
    Draft202012Validator(SCHEMA).validate(json.loads(whole))


def test_any_object_is_gone_on_with(client: openai.OpenAI) -> None:
    texts = ["{" + go_on(client, "{", response_format=OBJECT, seed=seed).message.content for seed in range(4)]

    assert not any(text.startswith("{{") for text in texts)


@pytest.mark.parametrize("begun", ["Sure: ", '{"c": 1', '{"a": 1}', '{"a": 10, "b": "x"} and more'])
def test_what_the_form_does_not_begin_with_is_refused(client: openai.OpenAI, begun: str) -> None:
    with pytest.raises(openai.BadRequestError, match="Leave out the message of the assistant at the end") as refused:
        go_on(client, begun, response_format=DESCRIBED)

    assert refused.value.param == "messages"


def test_what_is_begun_is_no_beginning_of_a_call(client: openai.OpenAI) -> None:
    tools: Any = [{"type": "function", "function": {"name": "f"}}]

    with pytest.raises(openai.BadRequestError, match="Leave out the message") as refused:
        go_on(client, '<tool_call>\n{"name"', response_format=OBJECT, tools=tools)

    assert refused.value.param == "messages"
