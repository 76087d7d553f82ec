"""Structured outputs and forced calls of a real server, whose tiny model has learned neither."""

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from jsonschema import Draft202012Validator

from tests.e2e.conftest import PHASE_SECONDS
from tests.e2e.workers.conftest import TINY, Bench
from tests.serving import KEY, Servers
from workers.lives.server.probe import ProbeKind

pytestmark = pytest.mark.e2e

QUESTION: Any = [{"role": "user", "content": "What are you?"}]
SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer", "minimum": 3, "maximum": 5}, "word": {"type": "string", "maxLength": 8}},
    "required": ["n", "word"],
    "additionalProperties": False,
}
FUNCTIONS = [
    {"name": "get_weather", "description": "Tells it", "parameters": SCHEMA},
    {"name": "stop", "description": "Ends it", "parameters": {"type": "object", "additionalProperties": False}},
]
TOOLS: Any = [{"type": "function", "function": function} for function in FUNCTIONS]


@pytest.fixture(scope="module")
def client(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Iterator[openai.OpenAI]:
    servers = Servers(tmp_path_factory.mktemp("forms"), bench.python)
    try:
        server = servers.start(bench.model, extra_args=TINY)
        assert server.wait_for(ProbeKind.READY, PHASE_SECONDS).is_ready, server.log.read_text()
        with openai.OpenAI(base_url=f"http://127.0.0.1:{server.port}/v1", api_key=KEY, max_retries=0) as made:
            yield made
    finally:
        servers.end()


def described(schema: dict[str, Any]) -> Any:
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}


def check_all(answer: Any, schema: dict[str, Any]) -> None:
    """What came to its end is as the schema says; something did."""
    told = [json.loads(each.message.content or "") for each in answer.choices if each.finish_reason == "stop"]
    assert told
    for value in told:
        Draft202012Validator(schema).validate(value)


def test_each_choice_is_what_the_schema_says(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model="qwen", messages=QUESTION, response_format=described(SCHEMA), n=3, temperature=1, seed=5, max_tokens=400
    )

    for choice in answer.choices:
        assert choice.finish_reason == "stop"
        Draft202012Validator(SCHEMA).validate(json.loads(choice.message.content or ""))


def test_a_stream_of_json_is_json(client: openai.OpenAI) -> None:
    chunks = client.chat.completions.create(
        model="qwen",
        messages=QUESTION,
        response_format=described(SCHEMA),
        temperature=1,
        seed=6,
        max_tokens=400,
        stream=True,
    )

    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    Draft202012Validator(SCHEMA).validate(json.loads(text))


def test_a_schema_that_cannot_be_guaranteed_is_refused(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(
            model="qwen", messages=QUESTION, response_format=described({"type": "array", "uniqueItems": True})
        )

    assert refused.value.param == "response_format.json_schema.schema"
    assert "uniqueItems" in str(refused.value)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "number", "exclusiveMinimum": 0, "maximum": 0.01},
        {"type": "number", "minimum": -0.5, "exclusiveMaximum": 0},
        {"type": "integer", "minimum": 2**53 + 1, "maximum": 2**53 + 2000},
        {"type": "array", "prefixItems": [{"enum": [0.25, 7]}], "items": False, "minItems": 1.0, "additionalItems": {}},
        {"type": "string", "pattern": "^ab?$", "format": "starts_with"},
    ],
    ids=str,
)
def test_what_the_grammar_engine_does_not_hold_to_by_itself_is_held_to(
    schema: dict[str, Any], client: openai.OpenAI
) -> None:
    answer = client.chat.completions.create(
        model="qwen", messages=QUESTION, response_format=described(schema), temperature=2, n=8, seed=3, max_tokens=60
    )

    check_all(answer, schema)


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"const": "<|im_end|>"}, "'const': '<|im_end|>' is a token of this model's own"),
        ({"const": 12345678901234567890}, "'const': 12345678901234567890 has more digits"),
        ({"type": "object", "minProperties": 2}, "'minProperties': a name may come twice"),
        ({"type": "string", "minlength": 3}, "'minlength' is no keyword"),
        ({"type": "string", "pattern": r"\bfoo"}, "'pattern': the pattern looks at what is around a place"),
        ({"type": "string", "format": "ulid"}, "'format': 'ulid' is not known"),
        (
            {"type": "number", "minimum": 0, "maximum": 1e30},
            "the numbers from 'minimum' to 'maximum' have too many digits",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_held_to_is_refused_by_its_place(
    schema: dict[str, Any], why: str, client: openai.OpenAI
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(
            model="qwen", messages=QUESTION, response_format=described(schema), max_tokens=20
        )

    assert refused.value.param == "response_format.json_schema.schema"
    assert why in str(refused.value)


NEEDS_ITSELF = {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}
WIDE = {"type": "object", "properties": {f"p{place}": {} for place in range(3000)}, "additionalProperties": False}
TREE = {
    "type": "object",
    "properties": {
        "n": {"enum": [1, 2]}, "children": {"type": "array", "items": {"$ref": "#"}, "maxItems": 1},
    },
    "required": ["n", "children"],
    "additionalProperties": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"$ref": "#"}, "no answer comes to an end"),
        (NEEDS_ITSELF, "no answer comes to an end"),
        (WIDE, "Ask for a sim"),
    ],
)
def test_a_schema_whose_answers_have_no_end_is_refused(schema: dict[str, Any], why: str, client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match=why) as refused:
        client.chat.completions.create(
            model="qwen", messages=QUESTION, response_format=described(schema), max_tokens=50
        )

    assert (refused.value.param or "").startswith("response_format")


def test_a_tree_of_nodes_is_one(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model="qwen", messages=QUESTION, response_format=described(TREE), temperature=1, seed=2, n=4, max_tokens=400
    )

    check_all(answer, TREE)


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        ("required", {"get_weather", "stop"}),
        ({"type": "function", "function": {"name": "get_weather"}}, {"get_weather"}),
        ({"type": "function", "function": {"name": "stop"}}, {"stop"}),
    ],
)
def test_a_call_is_made_where_it_is_asked_for(client: openai.OpenAI, choice: Any, names: set[str]) -> None:
    answer = client.chat.completions.create(
        model="qwen",
        messages=QUESTION,
        tools=TOOLS,
        tool_choice=choice,
        parallel_tool_calls=False,
        temperature=1,
        seed=7,
        max_tokens=400,
    )

    (told,) = answer.choices
    (call,) = told.message.tool_calls or []
    assert told.finish_reason in {"tool_calls", "stop"}
    assert call.type == "function"
    assert call.function.name in names
    schemas = {function["name"]: function["parameters"] for function in FUNCTIONS}
    Draft202012Validator(schemas[call.function.name]).validate(json.loads(call.function.arguments))


def test_beside_tools_an_answer_is_a_call_or_has_the_form(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model="qwen",
        messages=QUESTION,
        tools=TOOLS,
        response_format=described(SCHEMA),
        parallel_tool_calls=False,
        temperature=2,
        n=16,
        seed=7,
        max_tokens=400,
    )

    kinds = set()
    for choice in answer.choices:
        kinds.add("call" if choice.message.tool_calls else "form")
        for call in choice.message.tool_calls or []:
            assert call.type == "function"
            json.loads(call.function.arguments)
        if not choice.message.tool_calls:
            Draft202012Validator(SCHEMA).validate(json.loads(choice.message.content or ""))
    assert kinds == {"call", "form"}


def test_the_bytes_of_tokens_are_those_of_the_text(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model="qwen",
        messages=QUESTION,
        response_format=described({"const": "你好，世界🎉"}),
        logprobs=True,
        top_logprobs=2,
        max_tokens=200,
    )

    (choice,) = answer.choices
    assert choice.logprobs is not None
    tokens = choice.logprobs.content or []
    assert b"".join(bytes(token.bytes or []) for token in tokens).decode() == choice.message.content == '"你好，世界🎉"'


def test_a_strict_function_whose_schema_cannot_be_held_to_is_told_of_all_the_same(client: openai.OpenAI) -> None:
    """Clients' libraries say `strict` by themselves."""
    schema = {"type": "object", "properties": {"tags": {"type": "array", "uniqueItems": True}}}
    tool: Any = {"type": "function", "function": {"name": "tag", "strict": True, "parameters": schema}}

    answer = client.chat.completions.create(model="qwen", messages=QUESTION, tools=[tool], max_tokens=3)

    assert answer.usage is not None
    assert answer.usage.completion_tokens > 0
