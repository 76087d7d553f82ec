"""Messages: one row for each rule of how OpenAI's conversation becomes ms-swift's."""

import json
from typing import Any

import pytest

from common.swift.programs.serving.chat.messages import to_swift
from common.swift.programs.serving.errors import ApiError

ALL = frozenset({"image", "video", "audio"})
USER = {"role": "user", "content": "hi"}
CALLS = [
    {"id": "a", "type": "function", "function": {"name": "f", "arguments": '{"x": 1}'}},
    {"id": "b", "type": "function", "function": {"name": "g", "arguments": ""}},
]
F, G = '{"name": "f", "arguments": {"x": 1}}', '{"name": "g", "arguments": {}}'
CALLED = {"role": "assistant", "tool_calls": CALLS}
RESULTS = [{"role": "tool", "tool_call_id": id, "content": id} for id in "ab"]
ANSWERED: list[tuple[str, Any]] = [("tool_call", F), ("tool_call", G), ("tool", "a"), ("tool", "b")]
PICTURE = "data:image/png;base64,x"
FUNCTION = {"name": "f", "arguments": '{"x": 1}'}
MARK = {"type": "ephemeral"}


def _called(**function: Any) -> list[Any]:
    """A call of `f`, and its result."""
    called = {"role": "assistant", "tool_calls": [{"id": "a", "function": {"name": "f"} | function}]}
    return [called, {"role": "tool", "tool_call_id": "a", "content": "r"}]


ROWS: dict[str, tuple[list[Any], list[tuple[str, Any]]]] = {
    "a question": ([USER], [("user", "hi")]),
    "an empty text": ([{"role": "user", "content": ""}], [("user", "")]),
    "parts of text": (
        [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}],
        [("user", "ab")],
    ),
    "a result of no parts": (
        [CALLED, RESULTS[0] | {"content": []}, RESULTS[1]],
        [*ANSWERED[:2], ("tool", ""), ANSWERED[3]],
    ),
    "instructions behind the assistant's word are a turn": (
        [USER, {"role": "assistant", "content": "a"}, {"role": "system", "content": "x"}],
        [("user", "hi"), ("assistant", "a"), ("user", "x")],
    ),
    "several instructions behind the assistant's word are one turn": (
        [
            {"role": "system", "content": "s"},
            USER,
            {"role": "assistant", "content": "a"},
            {"role": "system", "content": "x"},
            {"role": "developer", "content": "y"},
        ],
        [("system", "s"), ("user", "hi"), ("assistant", "a"), ("user", "x\n\ny")],
    ),
    "instructions behind the user's word are the system's": (
        [USER, {"role": "system", "content": "x"}],
        [("system", "x"), ("user", "hi")],
    ),
    "instructions behind a result are the system's": (
        [CALLED, *RESULTS, {"role": "system", "content": "x"}],
        [("system", "x"), *ANSWERED],
    ),
    "the developer's is the system's": (
        [{"role": "developer", "content": "d"}, USER],
        [("system", "d"), ("user", "hi")],
    ),
    "instructions in between are merged in front": (
        [{"role": "system", "content": "s"}, USER, {"role": "developer", "content": [{"type": "text", "text": "d"}]}],
        [("system", "s\n\nd"), ("user", "hi")],
    ),
    "instructions alone have a turn": ([{"role": "system", "content": "s"}], [("system", "s"), ("user", "")]),
    "calls beside no content": ([USER, CALLED, *RESULTS], [("user", "hi"), *ANSWERED]),
    "calls beside null": ([USER, CALLED | {"content": None}, *RESULTS], [("user", "hi"), *ANSWERED]),
    "calls beside an empty text": (
        [USER, CALLED | {"content": ""}, *RESULTS],
        [("user", "hi"), *ANSWERED],
    ),
    "calls beside a text": (
        [CALLED | {"content": "I look."}, *RESULTS],
        [("assistant", "I look."), *ANSWERED],
    ),
    "no calls": ([USER, {"role": "assistant", "content": "a", "tool_calls": []}], [("user", "hi"), ("assistant", "a")]),
    "an answer of nothing": ([USER, {"role": "assistant", "content": ""}], [("user", "hi"), ("assistant", "")]),
    "fields that clients send back": (
        [
            USER,
            {
                "role": "assistant",
                "content": "a",
                "refusal": None,
                "audio": None,
                "function_call": None,
                "tool_calls": None,
                "annotations": [],
                "reasoning_content": "Hm.",
                "parsed": {"x": 1},
                "unknown": None,
            },
        ],
        [("user", "hi"), ("assistant", "a")],
    ),
    "fields of calls that clients send back": (
        [
            {
                "role": "assistant",
                "tool_calls": [{**CALLS[0], "index": 0, "function": FUNCTION | {"parsed_arguments": {"x": 1}}}],
            },
            RESULTS[0],
        ],
        [("tool_call", F), ("tool", "a")],
    ),
    "names, which templates have no place for": (
        [{"role": "system", "content": "s", "name": "x"}, USER | {"name": "x"}],
        [("system", "s"), ("user", "hi")],
    ),
    "marks for caches": (
        [{"role": "user", "cache_control": MARK, "content": [{"type": "text", "text": "hi", "cache_control": MARK}]}],
        [("user", "hi")],
    ),
    "a picture as large as it is": (
        [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": PICTURE, "detail": "high"}}]}],
        [("user", [{"type": "image", "image": PICTURE}])],
    ),
    "a refusal is what was said": (
        [USER, {"role": "assistant", "content": None, "refusal": "No."}],
        [("user", "hi"), ("assistant", "No.")],
    ),
    "a refusal as a part": (
        [{"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]}],
        [("assistant", "No.")],
    ),
    "a user who speaks behind a result": (
        [CALLED, *RESULTS, USER],
        [*ANSWERED, ("assistant", ""), ("user", "hi")],
    ),
    "results go into the order of their calls": (
        [
            CALLED,
            {"role": "tool", "tool_call_id": "b", "content": "of g"},
            {"role": "tool", "tool_call_id": "a", "content": "of f"},
        ],
        [("tool_call", F), ("tool_call", G), ("tool", "of f"), ("tool", "of g")],
    ),
    "results of each round stay there": (
        [
            CALLED,
            *reversed(RESULTS),
            {"role": "assistant", "content": "so"},
            CALLED,
            *RESULTS,
        ],
        [*ANSWERED, ("assistant", "so"), *ANSWERED],
    ),
    "the older form of a call": (
        [
            {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": '{"x": 1}'}},
            {"role": "function", "name": "f", "content": "of f"},
        ],
        [("tool_call", F), ("tool", "of f")],
    ),
    "arguments that are no JSON": (
        _called(arguments="{x"),
        [("tool_call", '{"name": "f", "arguments": "{x"}'), ("tool", "r")],
    ),
    "arguments that are no object": (
        _called(arguments="[1]"),
        [("tool_call", '{"name": "f", "arguments": "[1]"}'), ("tool", "r")],
    ),
    "no arguments": (_called(), [("tool_call", '{"name": "f", "arguments": {}}'), ("tool", "r")]),
    "arguments as an object": (
        _called(arguments={"x": "ü"}),
        [("tool_call", '{"name": "f", "arguments": {"x": "ü"}}'), ("tool", "r")],
    ),
    "a picture": (
        [
            {
                "role": "user",
                "content": [{"type": "text", "text": "?"}, {"type": "image_url", "image_url": {"url": PICTURE}}],
            }
        ],
        [("user", [{"type": "text", "text": "?"}, {"type": "image", "image": PICTURE}])],
    ),
    "a picture by a bare address": (
        [{"role": "user", "content": [{"type": "image_url", "image_url": PICTURE}]}],
        [("user", [{"type": "image", "image": PICTURE}])],
    ),
    "a sound": (
        [{"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "UklG", "format": "wav"}}]}],
        [("user", [{"type": "audio", "audio": "data:audio/wav;base64,UklG"}])],
    ),
    "a video": (
        [{"role": "user", "content": [{"type": "video_url", "video_url": {"url": "https://a/b.mp4"}}]}],
        [("user", [{"type": "video", "video": "https://a/b.mp4"}])],
    ),
}
TYPE, VALUE, MISSING, NO_VALUE = "invalid_type", "invalid_value", "missing_required_parameter", "unsupported_value"
RESULT = {"role": "tool", "tool_call_id": "a", "content": "r"}
WRONG: dict[str, tuple[list[Any], str, str]] = {
    "no message": ([], VALUE, "messages"),
    "a text as a message": (["hi"], TYPE, "messages[0]"),
    "null as a message": ([USER, None], TYPE, "messages[1]"),
    "no role": ([{"content": "hi"}], MISSING, "messages[0].role"),
    "an unknown role": ([USER, {"role": "critic", "content": "x"}], VALUE, "messages[1].role"),
    "a role that is no text": ([{"role": ["user"], "content": "x"}], TYPE, "messages[0].role"),
    "no content of the user": ([{"role": "user"}], MISSING, "messages[0].content"),
    "null of the system": ([{"role": "system", "content": None}], MISSING, "messages[0].content"),
    "neither content nor calls": ([{"role": "assistant", "tool_calls": []}], MISSING, "messages[0].content"),
    "content that is a number": ([{"role": "user", "content": 5}], TYPE, "messages[0].content"),
    "content that is an object": ([{"role": "user", "content": {"type": "text"}}], TYPE, "messages[0].content"),
    "a part that is a text": ([{"role": "user", "content": ["x"]}], TYPE, "messages[0].content[0]"),
    "a part without a type": ([{"role": "user", "content": [{"text": "x"}]}], MISSING, "messages[0].content[0].type"),
    "a part whose type is a list": (
        [{"role": "system", "content": [{"type": []}]}],
        TYPE,
        "messages[0].content[0].type",
    ),
    "a part of another type": (
        [{"role": "user", "content": [{"type": "file", "file": {}}]}],
        NO_VALUE,
        "messages[0].content[0].type",
    ),
    "a part without its text": (
        [{"role": "user", "content": [{"type": "text"}]}],
        MISSING,
        "messages[0].content[0].text",
    ),
    "a part whose text is null": (
        [{"role": "user", "content": [{"type": "text", "text": None}]}],
        MISSING,
        "messages[0].content[0].text",
    ),
    "a picture without an address": (
        [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}],
        MISSING,
        "messages[0].content[0].image_url.url",
    ),
    "a picture of the system's": (
        [{"role": "system", "content": [{"type": "image_url", "image_url": {"url": PICTURE}}]}],
        NO_VALUE,
        "messages[0].content",
    ),
    "a sound without data": (
        [{"role": "user", "content": [{"type": "input_audio", "input_audio": {"format": "wav"}}]}],
        MISSING,
        "messages[0].content[0].input_audio.data",
    ),
    "a sound that is a text": (
        [{"role": "user", "content": [{"type": "input_audio", "input_audio": "x"}]}],
        TYPE,
        "messages[0].content[0].input_audio",
    ),
    "speech of the assistant's": ([{"role": "assistant", "audio": {"id": "x"}}], NO_VALUE, "messages[0].audio"),
    "a refusal that is no text": ([{"role": "assistant", "refusal": 5}], TYPE, "messages[0].refusal"),
    "calls that are an object": ([{"role": "assistant", "tool_calls": {"id": "a"}}], TYPE, "messages[0].tool_calls"),
    "calls that are a number": (
        [{"role": "assistant", "content": "x", "tool_calls": 5}],
        TYPE,
        "messages[0].tool_calls",
    ),
    "a call that is a text": ([{"role": "assistant", "tool_calls": ["f"]}], TYPE, "messages[0].tool_calls[0]"),
    "a call of nothing": (
        [{"role": "assistant", "tool_calls": [{"id": "a"}]}],
        MISSING,
        "messages[0].tool_calls[0].function.name",
    ),
    "a call without an id": (
        [{"role": "assistant", "tool_calls": [CALLS[0] | {"id": None}]}, RESULT],
        MISSING,
        "messages[0].tool_calls[0].id",
    ),
    "two calls with one id": (
        [{"role": "assistant", "tool_calls": [CALLS[0], CALLS[0]]}, RESULT],
        VALUE,
        "messages[0].tool_calls[1].id",
    ),
    "a call of another type": (
        [{"role": "assistant", "tool_calls": [CALLS[0] | {"type": "custom", "function": None}]}, RESULT],
        NO_VALUE,
        "messages[0].tool_calls[0].type",
    ),
    "a call of OpenAI's own kind": (
        [{"role": "assistant", "tool_calls": [{"id": "a", "type": "custom", "custom": {"name": "f", "input": "x"}}]}],
        NO_VALUE,
        "messages[0].tool_calls[0].type",
    ),
    "no parts": ([{"role": "user", "content": []}], VALUE, "messages[0].content"),
    "no parts of the system's": ([{"role": "system", "content": []}, USER], VALUE, "messages[0].content"),
    "a part of the other API": (
        [{"role": "user", "content": [{"type": "input_text", "text": "x"}]}],
        NO_VALUE,
        "messages[0].content[0].type",
    ),
    "arguments that are a number": (_called(arguments=5), TYPE, "messages[0].tool_calls[0].function.arguments"),
    "calls that nothing follows": ([USER, CALLED], VALUE, "messages[1].tool_calls[0].id"),
    "a call without its result": ([CALLED, RESULT], VALUE, "messages[0].tool_calls[1].id"),
    "a result behind something else": ([CALLED, RESULT, USER, RESULTS[1]], VALUE, "messages[0].tool_calls[1].id"),
    "a second result": ([CALLED, *RESULTS, RESULTS[1]], VALUE, "messages[3].tool_call_id"),
    "a call whose id is a number": (
        [{"role": "assistant", "tool_calls": [CALLS[0] | {"id": 1}]}],
        TYPE,
        "messages[0].tool_calls[0].id",
    ),
    "an older call that is a text": ([{"role": "assistant", "function_call": "f"}], TYPE, "messages[0].function_call"),
    "a result without an id": ([CALLED, {"role": "tool", "content": "r"}], MISSING, "messages[1].tool_call_id"),
    "a name that is a number": ([USER | {"name": 5}], TYPE, "messages[0].name"),
    "a picture that is to be small": (
        [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": PICTURE, "detail": "low"}}]}],
        NO_VALUE,
        "messages[0].content[0].image_url.detail",
    ),
    "a result of no call": ([CALLED, RESULT | {"tool_call_id": "c"}], VALUE, "messages[1].tool_call_id"),
    "a result before its call": ([USER, RESULT, CALLED], VALUE, "messages[1].tool_call_id"),
    "a result of an earlier round": (
        [CALLED, *RESULTS, {"role": "assistant", "content": "so"}, RESULT],
        VALUE,
        "messages[4].tool_call_id",
    ),
    "a result of null": ([CALLED, RESULT | {"content": None}], MISSING, "messages[1].content"),
    "a result with a picture": (
        [CALLED, RESULT | {"content": [{"type": "image_url", "image_url": {"url": PICTURE}}]}],
        NO_VALUE,
        "messages[1].content",
    ),
}


@pytest.mark.parametrize(("messages", "wanted"), ROWS.values(), ids=ROWS.keys())
def test_a_conversation_becomes_ms_swifts(messages: list[Any], wanted: list[tuple[str, Any]]) -> None:
    turns = to_swift(messages, ALL)

    assert [(turn["role"], turn["content"]) for turn in turns] == wanted
    assert all(turn.keys() == {"role", "content"} for turn in turns)


@pytest.mark.parametrize(("messages", "code", "param"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_message_is_refused_by_its_place(messages: list[Any], code: str, param: str) -> None:
    error = _refused(messages, ALL)

    assert (error.status, error.code, error.param) == (400, code, param)


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ({"type": "image_url", "image_url": {"url": PICTURE}}, "pictures"),
        ({"type": "image", "image": PICTURE}, "pictures"),
        ({"type": "video_url", "video_url": {"url": "https://a/b"}}, "videos"),
        ({"type": "input_audio", "input_audio": {"data": "UklG", "format": "wav"}}, "sounds"),
    ],
)
def test_a_text_model_takes_no_media(part: dict[str, Any], kind: str) -> None:
    error = _refused([{"role": "user", "content": [{"type": "text", "text": "?"}, part]}], frozenset())

    assert (error.code, error.param) == (NO_VALUE, "messages[0].content[1]")
    assert error.message.endswith(f"and this model takes no {kind}.")


# What nobody knows, wherever it stands.
UNKNOWN: dict[str, tuple[list[Any], str]] = {
    "of a message": ([USER, USER | {"foo": 1}], "messages[1].foo"),
    "of another role": ([USER | {"tool_calls": CALLS}], "messages[0].tool_calls"),
    "of a result": ([CALLED, RESULTS[0] | {"is_error": True}, RESULTS[1]], "messages[1].is_error"),
    "of a part": (
        [{"role": "user", "content": [{"type": "text", "text": "hi", "foo": 1}]}],
        "messages[0].content[0].foo",
    ),
    "of a picture": (
        [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": PICTURE, "foo": 1}}]}],
        "messages[0].content[0].image_url.foo",
    ),
    "of a sound": (
        [{"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "U", "format": "wav", "x": 1}}]}],
        "messages[0].content[0].input_audio.x",
    ),
    "of a call": (
        [CALLED | {"tool_calls": [CALLS[0] | {"foo": 1}]}, RESULTS[0]],
        "messages[0].tool_calls[0].foo",
    ),
    "of a function": (_called(foo=1), "messages[0].tool_calls[0].function.foo"),
    "of an older call": ([{"role": "assistant", "function_call": FUNCTION | {"x": 1}}], "messages[0].function_call.x"),
}


@pytest.mark.parametrize(("messages", "param"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_what_nobody_knows_is_refused_by_its_place_or_dropped(messages: list[Any], param: str) -> None:
    error = _refused(messages, ALL)

    assert (error.status, error.code, error.param) == (400, "unknown_parameter", param)
    assert to_swift(messages, ALL, drop=True) == to_swift(_without(messages, param.rpartition(".")[2]), ALL)


def test_a_size_of_a_picture_may_be_dropped() -> None:
    part = {"type": "image_url", "image_url": {"url": PICTURE, "detail": "low"}}

    [turn] = to_swift([{"role": "user", "content": [part]}], ALL, drop=True)

    assert turn["content"] == [{"type": "image", "image": PICTURE}]


@pytest.mark.parametrize("part", [{"type": "file", "file": {"file_id": "x"}}, {"type": "text", "text": None}])
def test_content_is_never_dropped(part: dict[str, Any]) -> None:
    with pytest.raises(ApiError):
        to_swift([{"role": "user", "content": [part]}], ALL, drop=True)


@pytest.mark.parametrize("depth", [300, 900, 950, 980, 100_000])
def test_arguments_nested_without_end_are_a_text(depth: int) -> None:
    arguments = "[" * depth + "]" * depth

    turns = to_swift(_called(arguments=arguments), ALL)

    written = turns[0]["content"]
    assert written in (f'{{"name": "f", "arguments": {arguments}}}', f'{{"name": "f", "arguments": "{arguments}"}}')


def test_arguments_with_no_number_of_json_are_a_text() -> None:
    turns = to_swift(_called(arguments='{"x": NaN}'), ALL)

    assert turns[0]["content"] == r'{"name": "f", "arguments": "{\"x\": NaN}"}'


def test_what_was_asked_is_left_as_it_was() -> None:
    messages = [CALLED, *RESULTS, USER]
    before = json.dumps(messages)

    to_swift(messages, ALL)

    assert json.dumps(messages) == before


def _refused(messages: list[Any], sees: frozenset[str]) -> ApiError:
    with pytest.raises(ApiError) as caught:
        to_swift(messages, sees)
    return caught.value


def _without(value: Any, name: str) -> Any:
    """Wherever it stands."""
    if isinstance(value, list):
        return [_without(each, name) for each in value]
    if isinstance(value, dict):
        return {key: _without(each, name) for key, each in value.items() if key != name}
    return value


def test_a_part_that_is_not_known_is_told_with_those_that_are() -> None:
    with pytest.raises(ApiError) as caught:
        to_swift([{"role": "user", "content": [{"type": "input_text", "text": "x"}]}], ALL)

    assert caught.value.message == (
        "Unsupported value: 'messages[0].content[0].type' is 'input_text'; known here: audio_url, image, image_url, "
        "input_audio, refusal, text, video, video_url."
    )
