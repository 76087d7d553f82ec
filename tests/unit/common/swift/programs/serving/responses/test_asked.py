"""Requests to /v1/responses as chat completions."""

from typing import Any

import pytest

from common.swift.programs.serving.chat import read_chat
from common.swift.programs.serving.errors import ApiError, context_length_exceeded, unsupported_parameter, wrong_value
from common.swift.programs.serving.responses import FIELDS, to_chat
from common.swift.programs.serving.responses.parameters import LIMITED, REFUSED
from tests.unit.common.swift.programs.serving.fake_engine import FakeEngine

PICTURE = "data:image/png;base64,iVBORw0KGgo="
WEATHER = {
    "type": "function",
    "name": "weather",
    "description": "Tells it.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    "strict": True,
}
CALLED = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "weather", "arguments": "{}"}
CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
RESULT = {"type": "function_call_output", "call_id": "call_1", "output": "rain"}
SECOND, SECOND_RESULT = CALLED | {"call_id": "call_2"}, RESULT | {"call_id": "call_2"}


def chat(**fields: Any) -> dict[str, Any]:
    return to_chat({"model": "bot", "input": "hi"} | fields).body


def refused(**fields: Any) -> ApiError:
    with pytest.raises(ApiError) as caught:
        chat(**fields)
    return caught.value


def messages(*items: Any) -> Any:
    return chat(input=list(items))["messages"]


def nested(name: str, value: Any) -> dict[str, Any]:
    """`text.format` as a field in an object."""
    outer, _, inner = name.partition(".")
    return {outer: {inner: value}} if inner else {outer: value}


def test_a_text_is_a_message_of_the_user() -> None:
    assert chat() == {"model": "bot", "messages": [{"role": "user", "content": "hi"}]}


def test_instructions_come_first() -> None:
    told = chat(instructions="Be brief.")["messages"]

    assert told == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hi"}]


def test_messages_keep_their_roles_and_may_leave_their_type_out() -> None:
    told = messages(
        {"role": "developer", "content": "Be brief."},
        {"type": "message", "role": "system", "content": [{"type": "input_text", "text": "Be kind."}]},
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "Hello."},
    )

    assert told == [
        {"role": "developer", "content": "Be brief."},
        {"role": "system", "content": [{"type": "text", "text": "Be kind."}]},
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "Hello."},
    ]


def test_parts_are_those_of_a_chat() -> None:
    sound = {"data": "UklGRg==", "format": "wav"}
    told = messages(
        {
            "role": "user",
            "content": [
                {"type": "input_text", "text": "What is it?"},
                {"type": "input_image", "image_url": PICTURE, "detail": "high"},
                {"type": "input_audio", "input_audio": sound},
            ],
        }
    )

    assert told[0]["content"] == [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": PICTURE}},
        {"type": "input_audio", "input_audio": sound},
    ]


def test_an_answer_of_an_earlier_turn_comes_back_as_it_was_given() -> None:
    said = {"type": "output_text", "text": "Hello.", "annotations": [], "logprobs": []}
    told = messages(
        {"role": "user", "content": "hi"},
        {"type": "reasoning", "id": "rs_1", "summary": [], "content": [{"type": "reasoning_text", "text": "hm"}]},
        {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [said]},
        {"role": "user", "content": "bye"},
    )

    assert told[1] == {"role": "assistant", "content": [{"type": "text", "text": "Hello."}]}
    assert [each["role"] for each in told] == ["user", "assistant", "user"]


def test_calls_of_one_turn_are_one_message_and_results_follow() -> None:
    second = CALLED | {"id": "fc_2", "call_id": "call_2"}
    told = messages(
        {"role": "user", "content": "And there?"},
        {"role": "assistant", "content": "Let me look."},
        CALLED,
        second,
        RESULT,
        RESULT | {"call_id": "call_2", "output": [{"type": "input_text", "text": "sun"}]},
    )

    assert told[1:] == [
        {"role": "assistant", "content": "Let me look.", "tool_calls": [CALL, CALL | {"id": "call_2"}]},
        {"role": "tool", "tool_call_id": "call_1", "content": "rain"},
        {"role": "tool", "tool_call_id": "call_2", "content": [{"type": "text", "text": "sun"}]},
    ]


def test_calls_of_two_turns_are_two_messages() -> None:
    told = messages({"role": "user", "content": "?"}, CALLED, RESULT, SECOND, SECOND_RESULT)

    assert [each["role"] for each in told] == ["user", "assistant", "tool", "assistant", "tool"]
    assert told[1] == {"role": "assistant", "content": None, "tool_calls": [CALL]}


def test_a_text_after_its_calls_is_in_the_same_message() -> None:
    told = messages({"role": "user", "content": "?"}, CALLED, {"role": "assistant", "content": "Wait."}, RESULT)

    assert told[1] == {"role": "assistant", "content": "Wait.", "tool_calls": [CALL]}


def test_calls_are_in_the_last_message_of_their_turn() -> None:
    said = [{"role": "assistant", "content": text} for text in ("One.", "Two.")]

    assert messages(*said, CALLED, RESULT)[:2] == [said[0], said[1] | {"tool_calls": [CALL]}]


def test_what_clients_send_back_of_an_answer_changes_nothing() -> None:
    text = {"type": "output_text", "text": "Hello.", "annotations": [], "logprobs": [], "parsed": {"x": 1}}
    said = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "phase": "final_answer"}
    called = CALLED | {"status": "completed", "caller": {"type": "direct"}, "parsed_arguments": {}, "namespace": None}
    result = RESULT | {"id": "fco_1", "status": "completed", "name": None}

    told = messages(said | {"content": [text]}, {"role": "user", "content": "?"}, called, result)

    assert told == messages({"role": "assistant", "content": [{"type": "output_text", "text": "Hello."}]},
                            {"role": "user", "content": "?"}, CALLED, RESULT)  # fmt: skip


@pytest.mark.parametrize(
    ("items", "param"),
    [
        ([{"role": "user", "content": "hi", "foo": 1}], "input[0].foo"),
        ([{"role": "user", "content": [{"type": "input_text", "text": "hi", "foo": 1}]}], "input[0].content[0].foo"),
        ([CALLED | {"namespace": "x"}, RESULT], "input[0].namespace"),
        ([CALLED, RESULT | {"foo": 1}], "input[1].foo"),
        ([CALLED, RESULT | {"output": [{"type": "input_text", "text": "x", "foo": 1}]}], "input[1].output[0].foo"),
    ],
)
def test_what_nobody_knows_of_an_item_is_refused_by_its_place_or_dropped(items: list[Any], param: str) -> None:
    error = refused(input=items)

    assert (error.status, error.code, error.param) == (400, "unknown_parameter", param)
    assert chat(input=items, drop_params=True)["messages"]


@pytest.mark.parametrize(
    ("items", "code", "param"),
    [
        ([], "invalid_value", "input"),
        ([{"type": "reasoning", "summary": []}], "invalid_value", "input"),
        ([7], "invalid_type", "input[0]"),
        ([{}], "missing_required_parameter", "input[0].type"),
        ([{"role": "tool", "content": "x"}], "invalid_value", "input[0].role"),
        ([{"role": "user"}], "missing_required_parameter", "input[0].content"),
        ([{"role": "user", "content": 7}], "invalid_type", "input[0].content"),
        ([{"role": "user", "content": ["x"]}], "invalid_type", "input[0].content[0]"),
        (
            [{"role": "user", "content": [{"type": "input_text"}]}],
            "missing_required_parameter",
            "input[0].content[0].text",
        ),
        (
            [{"role": "user", "content": [{"type": "input_file", "file_id": "x"}]}],
            "unsupported_value",
            "input[0].content[0].type",
        ),
        (
            [{"role": "user", "content": [{"type": "input_image", "file_id": "x"}]}],
            "unsupported_value",
            "input[0].content[0].file_id",
        ),
        ([{"type": "item_reference", "id": "msg_1"}], "unsupported_value", "input[0].type"),
        ([{"type": "web_search_call", "id": "ws_1"}], "unsupported_value", "input[0].type"),
        ([RESULT], "invalid_value", "input[0].call_id"),
        ([CALLED], "invalid_value", "input[0].call_id"),
        ([CALLED, RESULT, RESULT], "invalid_value", "input[2].call_id"),
        ([CALLED, SECOND, RESULT], "invalid_value", "input[1].call_id"),
        ([CALLED, {"role": "user", "content": "?"}, RESULT], "invalid_value", "input[0].call_id"),
        (
            [{"role": "user", "content": [{"type": "input_image", "image_url": PICTURE, "detail": "low"}]}],
            "unsupported_value",
            "input[0].content[0].detail",
        ),
        ([CALLED, RESULT | {"output": None}], "missing_required_parameter", "input[1].output"),
        ([CALLED, RESULT | {"output": {}}], "invalid_type", "input[1].output"),
        (
            [CALLED, RESULT | {"output": [{"type": "input_image", "image_url": PICTURE}]}],
            "unsupported_value",
            "input[1].output[0].type",
        ),
        ([CALLED | {"arguments": {}}], "invalid_type", "input[0].arguments"),
        (
            [{key: CALLED[key] for key in ("type", "name", "arguments")}],
            "missing_required_parameter",
            "input[0].call_id",
        ),
    ],
)
def test_an_item_that_is_wrong_is_refused_by_its_place(items: Any, code: str, param: str) -> None:
    error = refused(input=items)

    assert (error.status, error.code, error.param) == (400, code, param)


def test_the_input_is_needed() -> None:
    assert refused(input=None).code == "missing_required_parameter"
    assert refused(input={"role": "user"}).code == "invalid_type"
    assert refused(model=None).param == "model"


def test_functions_are_those_of_a_chat() -> None:
    told = chat(tools=[WEATHER, {"type": "function", "name": "now"}], parallel_tool_calls=False)

    assert told["tools"] == [
        {
            "type": "function",
            "function": {
                "name": "weather",
                "description": "Tells it.",
                "parameters": WEATHER["parameters"],
                "strict": True,
            },
        },
        {"type": "function", "function": {"name": "now", "strict": False}},
    ]
    assert told["parallel_tool_calls"] is False


@pytest.mark.parametrize(
    ("choice", "in_chat"),
    [
        ("none", "none"),
        ("required", "required"),
        ({"type": "function", "name": "weather"}, {"type": "function", "function": {"name": "weather"}}),
        (
            {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "weather"}]},
            {
                "type": "allowed_tools",
                "allowed_tools": {
                    "mode": "required",
                    "tools": [{"type": "function", "function": {"name": "weather"}}],
                },
            },
        ),
    ],
)
def test_a_choice_of_tools_is_that_of_a_chat(choice: Any, in_chat: Any) -> None:
    asked = to_chat({"model": "bot", "input": "hi", "tools": [WEATHER], "tool_choice": choice})

    assert asked.body["tool_choice"] == in_chat
    assert asked.kept.response("completed")["tool_choice"] == choice


@pytest.mark.parametrize(
    ("fields", "code", "param"),
    [
        ({"tools": [{"type": "web_search"}]}, "unsupported_value", "tools[0].type"),
        ({"tools": [WEATHER, {"type": "mcp", "server_label": "x"}]}, "unsupported_value", "tools[1].type"),
        ({"tools": [{"type": "function"}]}, "missing_required_parameter", "tools[0].name"),
        ({"tools": [WEATHER | {"defer_loading": True}]}, "unsupported_parameter", "tools[0].defer_loading"),
        ({"tools": [WEATHER | {"allowed_callers": ["programmatic"]}]}, "unsupported_value", "tools[0].allowed_callers"),
        ({"tools": [WEATHER | {"function": {}}]}, "unknown_parameter", "tools[0].function"),
        ({"tool_choice": "any"}, "invalid_value", "tool_choice"),
        ({"tool_choice": {"type": "web_search"}}, "unsupported_value", "tool_choice.type"),
        ({"tool_choice": {"type": "function"}}, "missing_required_parameter", "tool_choice.name"),
        ({"tool_choice": {"type": "allowed_tools", "mode": "auto"}}, "missing_required_parameter", "tool_choice.tools"),
        (
            {"tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "mcp"}]}},
            "unsupported_value",
            "tool_choice.tools[0].type",
        ),
        ({"text": {"format": {"type": "grammar"}}}, "invalid_value", "text.format.type"),
        (
            {"text": {"format": {"type": "json_schema", "name": "x"}}},
            "missing_required_parameter",
            "text.format.schema",
        ),
        ({"text": {"tone": "x"}}, "unknown_parameter", "text.tone"),
        ({"max_output_tokens": 0}, "invalid_value", "max_output_tokens"),
        ({"top_logprobs": 21}, "invalid_value", "top_logprobs"),
        ({"include": ["file_search_call.results"]}, "unsupported_value", "include[0]"),
        ({"stream_options": {"include_obfuscation": False}}, "invalid_value", "stream_options"),
        (
            {"stream": True, "stream_options": {"include_usage": True}},
            "unknown_parameter",
            "stream_options.include_usage",
        ),
        ({"metadata": {"a": 1}}, "invalid_type", "metadata.a"),
        ({"metadata": {str(number): "" for number in range(17)}}, "invalid_value", "metadata"),
        ({"prompt_cache_retention": "1h"}, "invalid_value", "prompt_cache_retention"),
        ({"user": 7}, "invalid_type", "user"),
        ({"flavour": "mint"}, "unknown_parameter", "flavour"),
    ],
)
def test_a_field_that_is_wrong_is_refused_by_its_name(fields: Any, code: str, param: str) -> None:
    error = refused(**fields)

    assert (error.status, error.code, error.param) == (400, code, param)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_honoured_is_refused_by_name_or_left_out(name: str) -> None:
    error = refused(**nested(name, "high"))

    assert (error.status, error.code, error.param) == (400, "unsupported_parameter", name)
    assert chat(drop_params=True, **nested(name, "high")) == chat(drop_params=True)
    assert chat(**nested(name, None)) == chat()


@pytest.mark.parametrize("name", LIMITED)
def test_what_may_say_only_what_is_done_anyhow_is_refused_where_it_says_more(name: str) -> None:
    error = refused(**nested(name, True))

    assert (error.status, error.code, error.param) == (400, "unsupported_value", name)
    assert chat(drop_params=True, **nested(name, True)) == chat(drop_params=True)
    for value in LIMITED[name]:
        assert chat(**nested(name, value)) == chat()


def test_tools_of_openais_and_what_else_is_unknown_may_be_left_out() -> None:
    told = chat(
        drop_params=True,
        tools=[{"type": "web_search"}, WEATHER],
        include=["reasoning.encrypted_content"],
        flavour="mint",
    )

    assert [tool["function"]["name"] for tool in told["tools"]] == ["weather"]
    assert told.keys() == {"drop_params", "messages", "model", "tools"}


@pytest.mark.parametrize(
    ("choice", "left"),
    [
        ({"type": "web_search"}, "auto"),
        ({"type": "allowed_tools", "mode": "required", "tools": [{"type": "web_search"}]}, "none"),
    ],
)
def test_a_choice_of_a_tool_that_is_dropped_is_none(choice: Any, left: str) -> None:
    asked = to_chat(
        {"model": "bot", "input": "hi", "drop_params": True, "tools": [{"type": "web_search"}, WEATHER]}
        | {"tool_choice": choice}
    )

    assert asked.body["tool_choice"] == asked.kept.response("completed")["tool_choice"] == left


@pytest.mark.parametrize("choice", ["required", {"type": "web_search"}])
def test_a_choice_among_tools_that_are_all_dropped_is_none(choice: Any) -> None:
    fields = {"tools": [{"type": "web_search"}], "tool_choice": choice}
    asked = to_chat({"model": "bot", "input": "hi", "drop_params": True} | fields)

    read_chat(asked.body, FakeEngine(), "fake", "")
    assert asked.kept.response("completed")["tool_choice"] == "auto"


def test_a_choice_without_tools_is_refused_as_in_a_chat() -> None:
    with pytest.raises(ApiError) as caught:
        read_chat(chat(tool_choice="required", drop_params=True), FakeEngine(), "fake", "")

    assert caught.value.param == "tool_choice"


def test_the_form_of_a_text_is_that_of_a_chat() -> None:
    schema = {"type": "object", "properties": {}}
    form = {"type": "json_schema", "name": "answer", "schema": schema, "strict": True}

    assert chat(text={"format": form})["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "schema": schema, "strict": True},
    }
    assert chat(text={"format": {"type": "json_object"}})["response_format"] == {"type": "json_object"}
    assert chat(text={"format": {"type": "text"}}) == chat()


def test_numbers_and_extras_pass() -> None:
    passed = {
        "temperature": 0.5,
        "top_p": 0.9,
        "top_k": 5,
        "min_p": 0.1,
        "repetition_penalty": 1.1,
        "seed": 7,
        "chat_template_kwargs": {"enable_thinking": False},
        "stop": ["\n"],
    }

    assert chat(**passed) == chat() | passed
    assert chat(max_output_tokens=5) == chat() | {"max_completion_tokens": 5}


def test_log_probabilities_are_asked_for_by_include_or_by_how_many() -> None:
    wanted = ["message.output_text.logprobs"]

    assert chat(include=wanted) == chat() | {"logprobs": True, "top_logprobs": 0}
    assert chat(include=wanted, top_logprobs=3) == chat() | {"logprobs": True, "top_logprobs": 3}
    assert chat(top_logprobs=3) == chat() | {"logprobs": True, "top_logprobs": 3}
    assert chat(top_logprobs=0) == chat()


def test_a_stream_counts_its_tokens() -> None:
    told = chat(stream=True, stream_options={"include_obfuscation": False})

    assert told == chat() | {"stream": True, "stream_options": {"include_usage": True}}


def test_labels_change_nothing() -> None:
    labels = {
        "metadata": {"ticket": "7"},
        "user": "u",
        "safety_identifier": "s",
        "prompt_cache_key": "k",
        "prompt_cache_retention": "24h",
    }

    asked = to_chat({"model": "bot", "input": "hi"} | labels)

    assert asked.body == chat()
    assert asked.kept.response("completed").items() >= labels.items()


def test_each_field_of_the_client_has_its_row() -> None:
    from openai.types.responses.response_create_params import ResponseCreateParamsStreaming

    rows = {name.split(".")[0] for name in FIELDS}

    assert ResponseCreateParamsStreaming.__annotations__.keys() - rows == set()
    assert {how for how, _ in FIELDS.values()} == {"honoured", "translated", "label", "limited", "refused"}


@pytest.mark.parametrize(
    ("of_chat", "of_response"),
    [
        ("messages", "input"),
        ("messages[0].content", "instructions"),
        ("messages[1].content[2]", "input[0].content[2]"),
        ("messages[2].content", "input[3].content"),
        ("messages[3].tool_call_id", "input[4].call_id"),
        ("messages[3].content[0]", "input[4].output[0]"),
        ("max_completion_tokens", "max_output_tokens"),
        ("response_format.json_schema.schema", "text.format.schema"),
        ("logprobs", "include"),
        ("top_logprobs", "top_logprobs"),
        ("tools[0].function.name", "tools[0].name"),
        ("tool_choice.function.name", "tool_choice.name"),
        ("seed", "seed"),
    ],
)
def test_an_error_about_the_chat_names_the_field_of_the_request(of_chat: str, of_response: str) -> None:
    items = [
        {"role": "user", "content": "?"},
        CALLED,
        {"type": "reasoning", "summary": []},
        {"role": "assistant", "content": "Wait."},
        RESULT,
    ]
    kept = to_chat({"model": "bot", "instructions": "Be brief.", "input": items}).kept

    error = kept.named(wrong_value(of_chat, "it is wrong."))

    assert error.body() == wrong_value(of_response, "it is wrong.").body()


def test_errors_keep_what_they_say() -> None:
    kept = to_chat({"model": "bot", "input": "hi"}).kept

    assert kept.named(wrong_value("messages[0].content", "x")).param == "input"
    assert kept.named(context_length_exceeded(8, 9)).message.count("Your input resulted in 9 tokens") == 1
    assert "'text.format' is not" in kept.named(unsupported_parameter("response_format", "is not honoured")).message
    assert kept.named(ApiError(500, "internal_error", "it failed")).body()["error"]["param"] is None


@pytest.mark.parametrize(
    ("name", "empty"),
    [
        ("messages", []),
        ("n", 0),
        ("prompt", {}),
        ("conversation", {}),
        ("previous_response_id", ""),
        ("context_management", []),
        ("moderation", {}),
    ],
)
def test_an_empty_value_of_what_is_refused_is_refused(name: str, empty: Any) -> None:
    assert refused(**{name: empty}).param == name


@pytest.mark.parametrize("said", [{"tool_choice": "auto"}, {"tool_choice": "none"}, {"parallel_tool_calls": False}])
def test_what_is_said_of_no_tools_is_for_those_that_are_there(said: dict[str, Any]) -> None:
    assert chat(**said) == chat()


def test_a_choice_that_forces_a_call_needs_its_tools() -> None:
    body = chat(tool_choice="required")

    with pytest.raises(ApiError) as caught:
        read_chat(body, FakeEngine(), "fake", "")

    assert caught.value.param == "tool_choice"


def test_a_part_of_the_other_api_is_told_with_those_of_this_one() -> None:
    error = refused(input=[{"role": "user", "content": [{"type": "text", "text": "x"}]}])

    assert error.message == (
        "Unsupported value: 'input[0].content[0].type' is 'text'; known here: input_audio, input_image, input_text, "
        "output_text, refusal."
    )
