"""Chunks of a chat completion as the events of a response."""

from typing import Any

import pytest
from openai.types.responses import ResponseStreamEvent

from common.swift.programs.serving.errors import ApiError, failed
from common.swift.programs.serving.responses import ResponseStream, to_chat, to_response
from tests.openai_types import strict_faults

from .chats import CALL, TOKENS, chunk, chunked, whole

BEGIN = ["response.created", "response.in_progress"]
TEXT_BEGINS = ["response.output_item.added", "response.content_part.added"]
TEXT_ENDS = ["response.output_text.done", "response.content_part.done", "response.output_item.done"]
DELTA = "response.output_text.delta"
CALLED = [
    "response.output_item.added",
    "response.function_call_arguments.delta",
    "response.function_call_arguments.done",
    "response.output_item.done",
]

Events = list[dict[str, Any]]


def begun(**fields: Any) -> ResponseStream:
    return ResponseStream(to_chat({"model": "bot", "input": "hi", "stream": True} | fields).kept)


def told(chunks: list[dict[str, Any]], error: dict[str, Any] | None = None) -> Events:
    """All events, each held to the client's types and in its order."""
    stream = begun()
    pairs = stream.begin()
    for each in chunks:
        pairs += stream.take(each)
    pairs += stream.end() if error is None else stream.fail(error)
    for place, (name, event) in enumerate(pairs):
        assert strict_faults(ResponseStreamEvent, event, also=["response.store"]) == []
        assert (event["type"], event["sequence_number"]) == (name, place)
    return [event for _, event in pairs]


def names(events: Events) -> list[str]:
    return [event["type"] for event in events]


def unlike(output: Any) -> Any:
    """Items without their ids, which no two answers share."""
    return [{key: value for key, value in item.items() if key != "id"} for item in output]


def test_a_text_comes_in_pieces_and_once_more_as_a_whole() -> None:
    events = told(chunked("He", "llo"))

    assert names(events) == [*BEGIN, *TEXT_BEGINS, DELTA, DELTA, *TEXT_ENDS, "response.completed"]
    assert [event["delta"] for event in events if event["type"] == DELTA] == ["He", "llo"]
    assert events[6]["text"] == events[7]["part"]["text"] == "Hello"
    assert (events[2]["item"]["status"], events[2]["item"]["content"]) == ("in_progress", [])


def test_all_events_of_an_item_name_it_and_its_place() -> None:
    events = told(chunked("Hi", reasoning=["hm"], calls=[CALL], finish="tool_calls"))

    ids = [item["id"] for item in events[-1]["response"]["output"]]
    assert [item.split("_")[0] for item in ids] == ["rs", "msg", "fc"]
    for event in events:
        if "item_id" in event:
            assert event["item_id"] == ids[event["output_index"]]
        if "item" in event:
            assert event["item"]["id"] == ids[event["output_index"]]


def test_calls_come_one_after_the_other() -> None:
    events = told(chunked("Look.", calls=[CALL, CALL | {"id": "call_2"}], finish="tool_calls"))

    assert names(events) == [*BEGIN, *TEXT_BEGINS, DELTA, *TEXT_ENDS, *CALLED, *CALLED, "response.completed"]
    assert [
        event["item"]["call_id"]
        for event in events
        if event.get("item", {}).get("call_id") and event["type"] == CALLED[0]
    ] == ["call_1", "call_2"]
    assert events[8]["item"]["arguments"] == ""
    assert events[9]["delta"] == events[10]["arguments"] == '{"city": "Ulm"}'


def test_arguments_in_pieces_are_one_call() -> None:
    function = {"name": "weather", "arguments": ""}
    pieces = [{"index": 0, "function": {"arguments": text}} for text in ('{"city"', ': "Ulm"}')]
    chunks = [
        chunk(tool_calls=[{"index": 0, "id": "call_1", "type": "function", "function": function}]),
        *(chunk(tool_calls=[piece]) for piece in pieces),
        chunk("tool_calls"),
    ]

    events = told(chunks)

    assert names(events).count("response.function_call_arguments.delta") == 2
    assert events[-1]["response"]["output"][0]["arguments"] == '{"city": "Ulm"}'


def test_what_is_thought_is_an_item_before_what_is_said() -> None:
    events = told(chunked("Hi", reasoning=["h", "m"]))

    assert names(events)[2:9] == [
        "response.output_item.added",
        "response.content_part.added",
        "response.reasoning_text.delta",
        "response.reasoning_text.delta",
        "response.reasoning_text.done",
        "response.content_part.done",
        "response.output_item.done",
    ]
    assert events[6]["text"] == "hm"


@pytest.mark.parametrize(
    ("chunks", "completion"),
    [
        (chunked("H", "i"), whole("Hi")),
        (chunked(), whole("")),
        (chunked("Hi", finish="length"), whole("Hi", finish="length")),
        (chunked(reasoning=["hm"], finish="length"), whole("", reasoning="hm", finish="length")),
        (
            chunked("Hi", reasoning=["h", "m"], calls=[CALL, CALL], finish="tool_calls"),
            whole("Hi", reasoning="hm", calls=[CALL, CALL], finish="tool_calls"),
        ),
    ],
)
def test_a_stream_ends_with_what_a_whole_answer_is(chunks: list[dict[str, Any]], completion: dict[str, Any]) -> None:
    last = told(chunks)[-1]
    response = to_response(completion, to_chat({"model": "bot", "input": "hi"}).kept)

    assert last["type"] == f"response.{response['status']}"
    assert unlike(last["response"]["output"]) == unlike(response["output"])
    for key in ("incomplete_details", "usage", "error", "status"):
        assert last["response"][key] == response[key]


def test_all_of_a_stream_is_one_response() -> None:
    responses = [event["response"] for event in told(chunked("Hi")) if "response" in event]

    assert len({(response["id"], response["created_at"]) for response in responses}) == 1
    assert [response["status"] for response in responses] == ["in_progress", "in_progress", "completed"]
    assert (responses[0]["usage"], responses[0]["output"]) == (None, [])


def test_log_probabilities_come_with_their_text_and_those_that_are_left_with_none() -> None:
    chunks = [chunk(content="Hi", logprobs=TOKENS), chunk("stop", logprobs=TOKENS)]

    events = told(chunks)

    short = [{"token": "Hi", "logprob": -0.5, "top_logprobs": [{"token": "Hi", "logprob": -0.5}]}]
    deltas = [event for event in events if event["type"] == DELTA]
    assert [(event["delta"], event["logprobs"]) for event in deltas] == [("Hi", short), ("", short)]
    assert events[-1]["response"]["output"][0]["content"][0]["logprobs"] == TOKENS * 2


def test_log_probabilities_of_calls_have_no_place() -> None:
    chunks = [chunk(tool_calls=[{"index": 0} | CALL], logprobs=TOKENS), chunk("tool_calls", logprobs=TOKENS)]

    assert names(told(chunks)) == [*BEGIN, *CALLED, "response.completed"]


def test_an_error_ends_a_stream_with_what_came_so_far() -> None:
    error = ApiError(500, "internal_error", "it failed").body()

    events = told([chunk(content="Hi")], error)

    assert names(events)[-2:] == ["error", "response.failed"]
    assert (events[-2]["code"], events[-2]["message"], events[-2]["param"]) == ("internal_error", "it failed", None)
    response = events[-1]["response"]
    assert response["error"] == {"code": "server_error", "message": "it failed"}
    assert (response["status"], response["completed_at"]) == ("failed", None)
    assert [(item["status"], item["content"][0]["text"]) for item in response["output"]] == [("incomplete", "Hi")]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ApiError(400, "context_length_exceeded", "x"), "invalid_prompt"),
        (ApiError(429, "rate_limit_exceeded", "x"), "rate_limit_exceeded"),
        (ApiError(503, "no_healthy_replica", "x"), "server_error"),
    ],
)
def test_what_a_response_fails_with_is_one_of_openais_codes(error: ApiError, code: str) -> None:
    assert told([], error.body())[-1]["response"]["error"]["code"] == code


def test_chunks_that_end_without_a_finish_are_a_failure() -> None:
    events = told([chunk(content="Hi")])

    assert names(events)[-2:] == ["error", "response.failed"]
    assert events[-2]["message"] == failed().message


def test_a_call_that_is_told_is_whole_whatever_is_cut_off_behind_it() -> None:
    events = told(chunked(calls=[CALL, CALL | {"id": "call_2"}], finish="length"))

    response = events[-1]["response"]
    assert response["status"] == "incomplete"
    assert [item["status"] for item in response["output"]] == ["completed", "completed"]
    ended = [event["item"]["status"] for event in events if event["type"] == "response.output_item.done"]
    assert ended == ["completed", "completed"]
