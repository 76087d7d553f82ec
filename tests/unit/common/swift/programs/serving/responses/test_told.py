"""Chat completions as responses."""

from typing import Any

import pytest
from openai.types.responses import Response

from common.swift.programs.serving.responses import to_chat, to_response
from tests.openai_types import strict_faults

from .chats import CALL, TOKENS, whole

# OpenAI tells it as well, and its client's types have no such field.
BEYOND = ("store",)


def told(completion: dict[str, Any], **fields: Any) -> dict[str, Any]:
    response = to_response(completion, to_chat({"model": "team/bot", "input": "hi"} | fields).kept)
    assert strict_faults(Response, response, also=BEYOND) == []
    return response


def test_a_response_has_each_field() -> None:
    response = told(whole("Hi"))

    assert response["id"].startswith("resp_")
    assert response["created_at"] <= response["completed_at"]
    assert response["output"][0]["id"].startswith("msg_")
    assert {
        key: value for key, value in response.items() if key not in ("id", "created_at", "completed_at", "output")
    } == {
        "access_programs": None,
        "object": "response",
        "status": "completed",
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": None,
        "max_tool_calls": None,
        "metadata": {},
        "model": "team/bot",
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "prompt_cache_key": None,
        "prompt_cache_retention": None,
        "reasoning": {"effort": None, "summary": None},
        "safety_identifier": None,
        "service_tier": "default",
        "store": False,
        "temperature": None,
        "text": {"format": {"type": "text"}, "verbosity": "medium"},
        "tool_choice": "auto",
        "tools": [],
        "top_logprobs": 0,
        "top_p": None,
        "truncation": "disabled",
        "usage": {
            "input_tokens": 7,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": 3,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 10,
        },
        "user": None,
    }


def test_what_was_asked_for_is_told_again() -> None:
    form = {"type": "json_schema", "name": "x", "schema": {"type": "object"}, "strict": True, "description": None}
    asked = {
        "instructions": "Be brief.",
        "max_output_tokens": 9,
        "metadata": {"ticket": "7"},
        "parallel_tool_calls": False,
        "temperature": 0.5,
        "text": {"format": form, "verbosity": "medium"},
        "tools": [{"type": "function", "name": "now", "description": None, "parameters": None, "strict": False}],
        "tool_choice": {"type": "function", "name": "now"},
        "top_logprobs": 2,
        "top_p": 0.5,
    }

    assert told(whole("Hi"), **asked).items() >= asked.items()


def test_a_text_is_a_message() -> None:
    message = told(whole("Hi", logprobs=TOKENS))["output"][0]

    assert message | {"id": ""} == {
        "id": "",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "annotations": [], "logprobs": TOKENS, "text": "Hi"}],
    }


def test_calls_are_items_of_their_own() -> None:
    output = told(whole(None, calls=[CALL, CALL | {"id": "call_2"}], finish="tool_calls"))["output"]

    assert [item | {"id": item["id"][:3]} for item in output] == [
        {
            "id": "fc_",
            "type": "function_call",
            "status": "completed",
            "call_id": call_id,
            "name": "weather",
            "arguments": '{"city": "Ulm"}',
        }
        for call_id in ("call_1", "call_2")
    ]


def test_what_is_thought_comes_first_and_what_is_said_before_calls() -> None:
    output = told(whole("Look.", reasoning="hm", calls=[CALL], finish="tool_calls"))["output"]

    assert [item["type"] for item in output] == ["reasoning", "message", "function_call"]
    assert output[0]["content"] == [{"type": "reasoning_text", "text": "hm"}]
    assert output[0]["summary"] == []


def test_an_answer_of_nothing_is_an_empty_message() -> None:
    assert told(whole(""))["output"][0]["content"][0]["text"] == ""


@pytest.mark.parametrize(("finish", "reason"), [("length", "max_output_tokens"), ("content_filter", "content_filter")])
def test_an_answer_that_is_cut_off_is_incomplete(finish: str, reason: str) -> None:
    response = told(whole("Hi", reasoning="hm", finish=finish))

    assert (response["status"], response["completed_at"]) == ("incomplete", None)
    assert response["incomplete_details"] == {"reason": reason}
    assert [item["status"] for item in response["output"]] == ["completed", "incomplete"]


def test_a_call_that_is_told_is_whole_whatever_is_cut_off_behind_it() -> None:
    response = told(whole(None, calls=[CALL, CALL | {"id": "call_2"}], finish="length"))

    assert response["status"] == "incomplete"
    assert [item["status"] for item in response["output"]] == ["completed", "completed"]


def test_nothing_has_no_tokens() -> None:
    """Of half a call, which is not told."""
    assert told(whole("", logprobs=TOKENS, finish="length"))["output"][0]["content"][0]["logprobs"] == []


def test_tokens_that_were_cached_and_thought_are_counted() -> None:
    completion = whole("Hi")
    completion["usage"] = completion["usage"] | {
        "prompt_tokens_details": {"cached_tokens": 4},
        "completion_tokens_details": {"reasoning_tokens": 2},
    }

    usage = told(completion)["usage"]

    assert usage["input_tokens_details"]["cached_tokens"] == 4
    assert usage["output_tokens_details"]["reasoning_tokens"] == 2
