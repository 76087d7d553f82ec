"""The checker that holds answers to the types of OpenAI's client."""

from typing import Any

import pytest
from openai.types import CreateEmbeddingResponse
from openai.types.chat import ChatCompletion
from openai.types.responses import ResponseStreamEvent

from tests.openai_types import strict_faults

COMPLETION: dict[str, Any] = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "bot",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "logprobs": None,
            "message": {"role": "assistant", "content": "hi", "refusal": None},
        }
    ],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}
DELTA: dict[str, Any] = {
    "type": "response.output_text.delta",
    "sequence_number": 4,
    "item_id": "msg_1",
    "output_index": 0,
    "content_index": 0,
    "delta": "hi",
    "logprobs": [],
}


def test_an_answer_as_it_should_be_has_no_faults() -> None:
    assert strict_faults(ChatCompletion, COMPLETION) == []
    assert strict_faults(ResponseStreamEvent, DELTA) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"model": None}, "model: NoneType instead of str"),
        ({"created": 1.5}, "created: float instead of int"),
        ({"created": True}, "created: bool instead of int"),
        ({"object": "chat"}, "object: 'chat' is none of ('chat.completion',)"),
        ({"choices": None}, "choices: NoneType instead of list"),
        ({"choices": [7]}, "choices[0]: int instead of Choice"),
        ({"eta": 1}, "eta: a field that the type does not have"),
        ({"usage": {"prompt_tokens": 1, "completion_tokens": 1}}, "usage.total_tokens: missing"),
    ],
)
def test_a_fault_is_told_with_its_place(change: dict[str, Any], fault: str) -> None:
    assert strict_faults(ChatCompletion, COMPLETION | change) == [fault]


def test_what_is_missing_is_told() -> None:
    short = {key: value for key, value in COMPLETION.items() if key != "id"}

    assert strict_faults(ChatCompletion, short) == ["id: missing"]


def test_of_a_union_the_type_that_is_meant_tells_its_faults() -> None:
    wrong = {key: value for key, value in DELTA.items() if key != "logprobs"} | {"delta": 1}

    assert strict_faults(ResponseStreamEvent, wrong) == ["delta: int instead of str", "logprobs: missing"]


def test_a_type_that_the_client_does_not_know_is_a_fault() -> None:
    assert strict_faults(ResponseStreamEvent, DELTA | {"type": "response.invented"}) != []


def test_fields_beyond_the_types_may_be_allowed_by_their_place() -> None:
    message = COMPLETION["choices"][0]["message"] | {"reasoning_content": "hm"}
    thinking = COMPLETION | {"choices": [COMPLETION["choices"][0] | {"message": message}]}

    assert strict_faults(ChatCompletion, thinking) != []
    assert strict_faults(ChatCompletion, thinking, also=["choices.message.reasoning_content"]) == []
    assert strict_faults(ChatCompletion, COMPLETION | {"choices": [{}]}, also=["choices.index"]) != []


def test_vectors_are_numbers() -> None:
    answer = {
        "object": "list",
        "model": "bot",
        "data": [{"object": "embedding", "index": 0, "embedding": [0.5, "0.5"]}],
        "usage": {"prompt_tokens": 1, "total_tokens": 1},
    }

    assert strict_faults(CreateEmbeddingResponse, answer) == ["data[0].embedding[1]: str instead of float"]
