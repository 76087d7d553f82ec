import base64
import struct
from typing import Any

import pytest
from openai.types import CreateEmbeddingResponse

from common.swift.programs.serving.errors import context_length_exceeded
from tests.openai_types import strict_faults

from .asgi import CHAT, asked
from .fake_engine import FakeEngine

EMBEDDINGS = "/v1/embeddings"
VECTORS = [[0.6, 0.0, 0.8], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]


def body(**changes: Any) -> dict[str, Any]:
    return {"model": "qwen", "input": "a cat"} | changes


def engine(*script: Any) -> FakeEngine:
    return FakeEngine(list(script) or VECTORS, task="embedding")


def user(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


@pytest.mark.parametrize(
    ("sent", "prompts"),
    [
        ("a cat", ["a cat"]),
        (["a cat", "a dog"], ["a cat", "a dog"]),
        ([1, 2], ["1 2"]),
        ([[1, 2], [3]], ["1 2", "3"]),
        (["a cat", [3]], ["a cat", "3"]),
    ],
)
def test_texts_and_tokens_have_a_vector_each(sent: Any, prompts: list[str]) -> None:
    model = engine()

    answer = asked(model, EMBEDDINGS, body(input=sent))

    assert (answer.status, strict_faults(CreateEmbeddingResponse, answer.json)) == (200, [])
    assert answer.json == {
        "object": "list",
        "data": [{"object": "embedding", "index": index, "embedding": VECTORS[index]} for index in range(len(prompts))],
        "model": "qwen",
        "usage": {"prompt_tokens": 10 * len(prompts), "total_tokens": 10 * len(prompts)},
    }
    [(messages, _, adapter)] = model.forwarded
    assert (messages, adapter) == ([user(prompt) for prompt in prompts], "")


def test_an_adapter_is_asked_by_its_name() -> None:
    model = engine()

    answer = asked(model, EMBEDDINGS, body(model="team/bot"))

    assert (answer.json["model"], model.forwarded[0][2]) == ("team/bot", "team/bot")


def test_base64_is_of_little_endian_floats_of_four_bytes() -> None:
    answer = asked(engine(), EMBEDDINGS, body(encoding_format="base64"))

    told = base64.b64decode(answer.json["data"][0]["embedding"])
    assert told == struct.pack("<3f", 0.6, 0.0, 0.8)


def test_dimensions_are_the_first_ones_at_length_one_again() -> None:
    answers = {
        count: asked(engine([3.0, 4.0, 12.0], [0.0, 0.0, 1.0]), EMBEDDINGS, body(input=["a", "b"], dimensions=count))
        for count in (2, 3)
    }

    vectors = {count: [each["embedding"] for each in answer.json["data"]] for count, answer in answers.items()}
    assert vectors[2] == [[0.6, 0.8], [0.0, 0.0]]
    assert vectors[3] == [[3.0, 4.0, 12.0], [0.0, 0.0, 1.0]]


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"input": None}, "missing_required_parameter", "input"),
        ({"input": ""}, "invalid_value", "input"),
        ({"input": []}, "invalid_value", "input"),
        ({"input": ["a", ""]}, "invalid_value", "input[1]"),
        ({"input": ["a"] * 2049}, "invalid_value", "input"),
        ({"input": 7}, "invalid_type", "input"),
        ({"input": {"text": "a"}}, "invalid_type", "input"),
        ({"input": ["a", 7]}, "invalid_type", "input[1]"),
        ({"input": [[]]}, "invalid_type", "input[0]"),
        ({"input": [[1, -1]]}, "invalid_type", "input[0]"),
        ({"input": [True]}, "invalid_type", "input[0]"),
        ({"encoding_format": "int8"}, "invalid_value", "encoding_format"),
        ({"dimensions": 0}, "invalid_value", "dimensions"),
        ({"dimensions": 4}, "invalid_value", "dimensions"),
        ({"dimensions": "3"}, "invalid_type", "dimensions"),
        ({"input_type": "query"}, "unknown_parameter", "input_type"),
        ({"model": "other"}, "model_not_found", "model"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(changes: dict[str, Any], code: str, param: str) -> None:
    answer = asked(engine(), EMBEDDINGS, body(**changes))

    assert answer.error == (404 if code == "model_not_found" else 400, code, param)


def test_drop_params_leaves_out_what_nobody_knows() -> None:
    assert asked(engine(), EMBEDDINGS, body(input_type="query", drop_params=True, user="u-1")).status == 200


@pytest.mark.parametrize(("sent", "places"), [(["a", "b"], ["input[0]", "input[1]"]), ("a", ["input"])])
def test_the_engine_is_told_where_each_input_stands(sent: Any, places: list[str]) -> None:
    model = engine(context_length_exceeded(8, 9, places[-1]))

    answer = asked(model, EMBEDDINGS, body(input=sent))

    assert answer.error == (400, "context_length_exceeded", places[-1])
    assert model.forwarded[0][1] == places


def test_a_model_for_another_task_says_where_it_answers() -> None:
    chatting, vectors = FakeEngine(), engine()

    wrong = asked(chatting, EMBEDDINGS, body())
    other = asked(vectors, CHAT, {"model": "qwen", "messages": user("hello")})

    assert wrong.error == other.error == (400, "model_not_for_this", "model")
    assert "it answers at /v1/chat/completions and /v1/responses and /v1/completions" in wrong.json["error"]["message"]
    assert "its task is embedding, and it answers at /v1/embeddings." in other.json["error"]["message"]
    assert (chatting.forwarded, vectors.asks) == ([], [])
