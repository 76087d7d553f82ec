"""Chat completions as they are told, whole and in chunks, held to the types of OpenAI's client."""

import asyncio
import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from common.swift.programs.serving.answers import Head, Usage
from common.swift.programs.serving.ask import Piece, Token
from common.swift.programs.serving.chat import read_chat, tell_chunks
from tests.openai_types import strict_faults

from .asgi import CHAT, Answer, asked, chat
from .fake_engine import FOREVER, FakeEngine, said

TOOLS = [{"type": "function", "function": {"name": "f"}}, {"type": "function", "function": {"name": "g"}}]
CALL_F = '<tool_call>\n{"name": "f", "arguments": {"x": "ü"}}\n</tool_call>'
CALL_G = '<tool_call>\n{"name": "g", "arguments": {}}\n</tool_call>'
F, G = ("f", {"x": "ü"}), ("g", {})
REASONING = ("choices.message.reasoning_content", "choices.delta.reasoning_content")
# What a model said, with tools: its text, its calls.
SAYINGS: dict[str, tuple[str, str | None, list[Any]]] = {
    "a text": ("It rains.", "It rains.", []),
    "nothing": ("", "", []),
    "a call": (CALL_F, None, [F]),
    "a text and a call": (f"I look. \n{CALL_F}", "I look.", [F]),
    "two calls": (f"{CALL_F}\n{CALL_G}", None, [F, G]),
    "text behind a call is the call's": (f"Well.{CALL_G} so", "Well.", [G]),
    "the beginning of a call": ("a < b <tool_c", "a < b <tool_c", []),
    "a mark that no call follows": ("Write <tool_call> for it.", "Write <tool_call> for it.", []),
    "a call that is no JSON": ("<tool_call>{f}</tool_call>", "<tool_call>{f}</tool_call>", []),
    "a call without an end": ('<tool_call>{"name": "f"', '<tool_call>{"name": "f"', []),
    "marks within marks": ("<tool<tool_<tool_call", "<tool<tool_<tool_call", []),
    "space at the end": ("It rains. \n", "It rains. \n", []),
}


@pytest.mark.parametrize(("text", "content", "calls"), SAYINGS.values(), ids=SAYINGS.keys())
def test_a_whole_answer_tells_text_and_calls_apart(text: str, content: str | None, calls: list[Any]) -> None:
    answer = _whole(said(text), tools=TOOLS)

    choice = answer["choices"][0]
    assert choice["message"]["content"] == content
    assert _calls(choice["message"].get("tool_calls", [])) == calls
    assert choice["finish_reason"] == ("tool_calls" if calls else "stop")


@given(data=st.data())
@pytest.mark.parametrize(("text", "content", "calls"), SAYINGS.values(), ids=SAYINGS.keys())
def test_a_stream_tells_them_apart_wherever_it_is_cut(
    text: str, content: str | None, calls: list[Any], data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)))))
    pieces = [text[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    chunks = _chunks(said(*pieces), tools=TOOLS)

    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    assert "".join(delta.get("content") or "" for delta in deltas) == (content or "")
    assert _calls([call for delta in deltas for call in delta.get("tool_calls", [])]) == calls
    assert [call["index"] for delta in deltas for call in delta.get("tool_calls", [])] == list(range(len(calls)))
    assert chunks[-1]["choices"][0]["finish_reason"] == ("tool_calls" if calls else "stop")
    assert {chunk["choices"][0]["finish_reason"] for chunk in chunks[:-1]} == {None}


def test_a_stream_passes_text_on_as_it_comes() -> None:
    chunks = _chunks(said("It ", "rains", "."))

    assert [chunk["choices"][0]["delta"] for chunk in chunks] == [
        {"role": "assistant", "content": "", "refusal": None},
        {"content": "It "},
        {"content": "rains"},
        {"content": "."},
        {},
    ]


def test_with_tools_text_is_held_back_only_while_it_may_begin_a_call() -> None:
    chunks = _chunks(said("It", " rains <", "3", " and"), tools=TOOLS)

    texts = [chunk["choices"][0]["delta"].get("content") for chunk in chunks]
    assert texts == ["", "It", " rains", " <3", " and", None]


NULL, EMPTY = None, ""
# The content in the first chunk, beside the role: null where calls follow and no text.
FIRST: list[tuple[list[str], dict[str, Any], str | None]] = [
    (["It", " rains"], {}, EMPTY),
    (["It", " rains"], {"tools": TOOLS}, EMPTY),
    ([""], {"tools": TOOLS}, EMPTY),
    (["<tool", "_call>", CALL_F.removeprefix("<tool_call>")], {"tools": TOOLS}, NULL),
    (["a ", CALL_F], {"tools": TOOLS}, EMPTY),
    (["<tool_", "box>"], {"tools": TOOLS}, EMPTY),
    ([CALL_F], {"tools": TOOLS, "tool_choice": "required"}, NULL),
]


@pytest.mark.parametrize(("texts", "fields", "content"), FIRST)
def test_a_stream_of_calls_begins_with_no_content(
    texts: list[str], fields: dict[str, Any], content: str | None
) -> None:
    first, *others = [chunk["choices"][0]["delta"] for chunk in _chunks(said(*texts), **fields)]

    assert first == {"role": "assistant", "content": content, "refusal": None}
    assert not any("role" in delta for delta in others)


def test_a_call_is_begun_as_soon_as_its_mark_is_heard() -> None:
    """And not when it is whole: clients and the gateway wait for the first event."""
    engine = FakeEngine([*said("<tool", "_call>", finish=None), FOREVER])

    async def scenario() -> Any:
        asked = read_chat(chat(stream=True, tools=TOOLS), engine, "fake", "")
        chunks = tell_chunks(engine, asked, Head("c", "m", "fp"), Usage())
        first = await anext(chunks)
        await chunks.aclose()
        return first["choices"][0]["delta"]

    assert asyncio.run(asyncio.wait_for(scenario(), 10))["content"] is None


@pytest.mark.parametrize(
    ("choice", "finish"),
    [("auto", "tool_calls"), ("required", "tool_calls"), ({"type": "function", "function": {"name": "f"}}, "stop")],
)
def test_a_call_of_a_function_that_was_named_ends_as_openais(choice: Any, finish: str) -> None:
    fields = {"tools": TOOLS, "tool_choice": choice}

    whole, chunks = _whole(said(CALL_F), **fields), _chunks(said(CALL_F), **fields)

    assert whole["choices"][0]["finish_reason"] == chunks[-1]["choices"][0]["finish_reason"] == finish
    assert whole["choices"][0]["message"]["tool_calls"]


def test_calls_that_a_model_writes_in_an_unknown_way_are_found_at_the_end() -> None:
    engine = FakeEngine(said("Well. ", CALL_F), mark="")

    chunks = asked(engine, CHAT, chat(tools=TOOLS, stream=True)).chunks

    assert [sorted(chunk["choices"][0]["delta"]) for chunk in chunks] == [
        ["content", "refusal", "role"],
        ["tool_calls"],
        [],
    ]


def test_without_tools_a_call_is_text() -> None:
    assert _whole(said(CALL_F))["choices"][0]["message"]["content"] == CALL_F
    assert _whole(said(CALL_F), tools=TOOLS, tool_choice="none")["choices"][0]["message"]["content"] == CALL_F
    assert "tool_calls" not in _whole(said(CALL_F))["choices"][0]["message"]


@pytest.mark.parametrize("stream", [False, True])
def test_one_call_at_most_is_told_where_that_is_asked_for(stream: bool) -> None:
    fields = {"tools": TOOLS, "parallel_tool_calls": False}
    script = said(CALL_F + CALL_G)

    if stream:
        calls = [
            call for chunk in _chunks(script, **fields) for call in chunk["choices"][0]["delta"].get("tool_calls", [])
        ]
    else:
        calls = _whole(script, **fields)["choices"][0]["message"]["tool_calls"]

    assert _calls(calls) == [F]


@pytest.mark.parametrize(("text", "finish"), [("a", "length"), (f"a{CALL_F}", "length"), ("a", "stop")])
def test_a_choice_that_ran_out_of_tokens_says_so(text: str, finish: str) -> None:
    whole = _whole(said(text, finish=finish), tools=TOOLS)
    chunks = _chunks(said(text, finish=finish), tools=TOOLS)

    assert whole["choices"][0]["finish_reason"] == chunks[-1]["choices"][0]["finish_reason"] == finish


CUT = {
    "a mark": ("I look.\n<tool_call>", "I look."),
    "a name": ('<tool_call>\n{"na', ""),
    "arguments": ('I look. <tool_call>\n{"name": "f", "arguments": {"x": "<b', "I look."),
    "a mark in a text": ("Write <tool_call> for it.", "Write <tool_call> for it."),
    "a mark in a text and half a call": ('Write <tool_call> so: <tool_call>{"name"', "Write <tool_call> so:"),
    "a function that is none": ('<tool_call>{"name": "h", "arg', '<tool_call>{"name": "h", "arg'),
    "a whole call and half of one": (f'Well. {CALL_F}\n<tool_call>{{"na', "Well."),
}


@pytest.mark.parametrize(("finish", "stop"), [("length", None), ("stop", "x y z")])
@pytest.mark.parametrize(("text", "content"), CUT.values(), ids=CUT.keys())
@given(data=st.data())
def test_half_a_call_is_no_text(text: str, content: str, finish: str, stop: Any, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=5)))
    pieces = [text[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    fields = {"tools": TOOLS, "stop": stop}

    choice = _whole(said(text, finish=finish), **fields)["choices"][0]
    deltas = [chunk["choices"][0] for chunk in _chunks(said(*pieces, finish=finish), **fields)]

    calls = [F] if CALL_F in text else []
    assert choice["message"]["content"] == content
    assert "".join(each["delta"].get("content") or "" for each in deltas) == content
    assert _calls(choice["message"].get("tool_calls", [])) == calls
    assert _calls([call for each in deltas for call in each["delta"].get("tool_calls", [])]) == calls
    assert choice["finish_reason"] == deltas[-1]["finish_reason"] == ("tool_calls" if calls and stop else finish)


@pytest.mark.parametrize(("finish", "content"), [("length", "a < b"), ("stop", "a < b <tool_c")])
def test_half_a_mark_is_told_of_an_answer_that_ended_by_itself_only(finish: str, content: str) -> None:
    told = _whole(said("a < b <tool_c", finish=finish), tools=TOOLS)["choices"][0]["message"]

    assert told["content"] == content


@pytest.mark.parametrize("mode", ["auto", "required"])
@pytest.mark.parametrize("stream", [False, True])
def test_a_call_that_is_not_allowed_is_told_neither_as_a_call_nor_as_text(mode: str, stream: bool) -> None:
    allowed = {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": [TOOLS[0]]}}
    for text, content, calls, finish in [
        (f"{CALL_G}\n{CALL_F}", "", [F], "tool_calls"),
        (f"I look.\n{CALL_G}", "I look.", [], "stop"),
        (CALL_G, "", [], "stop"),
    ]:
        told = asked(FakeEngine(said(text)), CHAT, chat(tools=TOOLS, tool_choice=allowed, stream=stream))
        if stream:
            chunks = [chunk["choices"][0] for chunk in told.chunks]
            found = [call for chunk in chunks for call in chunk["delta"].get("tool_calls", [])]
            said_text = "".join(chunk["delta"].get("content") or "" for chunk in chunks)
            end = chunks[-1]["finish_reason"]
        else:
            choice = told.json["choices"][0]
            found, end = choice["message"].get("tool_calls", []), choice["finish_reason"]
            said_text = choice["message"]["content"] or ""
        assert (said_text, _calls(found), end) == (content, calls, finish)


def test_half_a_call_without_a_mark_is_no_text() -> None:
    engine = FakeEngine(said('f\n{"x', finish="length"), mark="")

    message = asked(engine, CHAT, chat(tools=TOOLS)).json["choices"][0]["message"]

    assert (message["content"], message.get("tool_calls")) == ("", None)


def test_usage_counts_the_prompt_once_and_each_choice() -> None:
    script = [*said("a", "b", index=1, prompt_tokens=7), *said("c", "d", "e", index=0, prompt_tokens=7)]

    whole = _whole(script, n=2)

    assert whole["usage"] == {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}
    assert [choice["message"]["content"] for choice in whole["choices"]] == ["cde", "ab"]
    assert [choice["index"] for choice in whole["choices"]] == [0, 1]


def test_usage_tells_the_tokens_of_thoughts_where_the_engine_knows_them() -> None:
    script = [Piece(0, "<think>a</think>b", [], "stop", 3, 9, reasoning_tokens=4)]
    script += [Piece(1, "<think>a", [], "length", 3, 5, reasoning_tokens=5)]

    whole, chunks = _whole(script, n=2), _chunks(script, n=2, stream_options={"include_usage": True})

    usage = {"prompt_tokens": 3, "completion_tokens": 14, "total_tokens": 17}
    details = {"completion_tokens_details": {"reasoning_tokens": 9}}
    assert whole["usage"] == chunks[-1]["usage"] == usage | details
    script[1].reasoning_tokens = None
    assert _whole(script, n=2)["usage"] == usage


def test_usage_comes_in_a_chunk_of_its_own_where_it_is_asked_for() -> None:
    answer = _streamed(said("a", "b"), stream_options={"include_usage": True})

    *others, last = answer.chunks
    assert last["choices"] == []
    assert last["usage"] == {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    assert [chunk["usage"] for chunk in others] == [None] * len(others)
    assert answer.events[-1] == "[DONE]"
    assert not any(event.startswith(":") for event in answer.events)


def test_usage_that_is_not_asked_for_is_a_comment_before_the_end() -> None:
    answer = _streamed(said("a", "b"))

    assert answer.events[-2:] == [': usage {"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}', "[DONE]"]
    assert not any("usage" in chunk for chunk in answer.chunks)


def test_each_choice_of_a_stream_has_its_role_its_text_and_its_end() -> None:
    script = [*said("a", finish=None), *said("x", "y", index=1), *said("b", finish="length")]

    chunks = [chunk["choices"][0] for chunk in _chunks(script, n=2)]

    for index, text, finish in ((0, "ab", "length"), (1, "xy", "stop")):
        own = [choice for choice in chunks if choice["index"] == index]
        assert own[0]["delta"]["role"] == "assistant"
        assert "".join(choice["delta"].get("content", "") for choice in own) == text
        assert own[-1]["finish_reason"] == finish
        assert [choice for choice in own if "role" in choice["delta"]] == own[:1]


@pytest.mark.parametrize("stream", [False, True])
def test_reasoning_is_told_beside_the_text(stream: bool) -> None:
    script = [Piece(0, "", reasoning="Hm. "), Piece(0, "Yes.", [], "stop", 3, 2, "So.")]

    if stream:
        deltas = [chunk["choices"][0]["delta"] for chunk in _chunks(script)]
        assert "".join(delta.get("reasoning_content", "") for delta in deltas) == "Hm. So."
        assert "".join(delta.get("content") or "" for delta in deltas) == "Yes."
    else:
        message = _whole(script)["choices"][0]["message"]
        assert (message["reasoning_content"], message["content"]) == ("Hm. So.", "Yes.")


LOGPROBS = [
    {
        "token": "ü", "logprob": -0.5, "bytes": [195, 188],
        "top_logprobs": [
            {"token": "ü", "logprob": -0.5, "bytes": [195, 188]}, {"token": "u", "logprob": -1.0, "bytes": [117]}
        ],
    },
    {"token": "<", "logprob": -9999.0, "bytes": [60], "top_logprobs": [{"token": "a", "logprob": 0.0, "bytes": [97]}]},
]  # fmt: skip


@pytest.mark.parametrize("tools", [None, TOOLS], ids=["text", "tools"])
def test_logprobs_are_those_of_all_tokens_and_json(tools: Any) -> None:
    tokens = [Token("ü", -0.5, (("ü", -0.5), ("u", -1.0))), Token("<", float("-inf"), (("a", 0.0),))]
    script = [Piece(0, "ü", tokens[:1]), Piece(0, "<", tokens[1:], "stop", 3, 2)]
    fields = {"logprobs": True, "top_logprobs": 2, "tools": tools}

    whole, chunks = _whole(script, **fields), _chunks(script, **fields)

    assert whole["choices"][0]["logprobs"] == {"content": LOGPROBS, "refusal": None}
    told = [chunk["choices"][0]["logprobs"] for chunk in chunks]
    assert [token for each in told if each for token in each["content"]] == LOGPROBS


def test_without_logprobs_there_are_none() -> None:
    assert _whole(said("a"))["choices"][0]["logprobs"] is None
    assert {chunk["choices"][0]["logprobs"] for chunk in _chunks(said("a"))} == {None}


def test_an_answer_says_who_when_and_which() -> None:
    first, second = _whole(said("a")), _whole(said("a"))
    chunks = _chunks(said("a", "b"))

    assert re.fullmatch("chatcmpl-[0-9a-f]{32}", first["id"])
    assert first["id"] != second["id"]
    assert first["model"] == "qwen"
    assert re.fullmatch("fp_[0-9a-f]{10}", first["system_fingerprint"])
    assert len({(chunk["id"], chunk["created"], chunk["system_fingerprint"]) for chunk in chunks}) == 1


def test_ids_of_calls_are_their_own() -> None:
    calls = _whole(said(CALL_F + CALL_G), tools=TOOLS)["choices"][0]["message"]["tool_calls"]

    assert len({call["id"] for call in calls}) == 2
    assert all(re.fullmatch("call_[0-9a-f]{24}", call["id"]) for call in calls)


def test_what_is_no_character_in_an_answer_is_sent_as_a_question_mark() -> None:
    assert _whole(said("a\ud800b"))["choices"][0]["message"]["content"] == "a?b"


def test_a_stream_that_is_closed_ends_the_work_before_it_returns() -> None:
    engine = FakeEngine([*said("a", finish=None), FOREVER])

    async def scenario() -> tuple[int, int]:
        chunks = tell_chunks(engine, read_chat(chat(stream=True), engine, "fake", ""), Head("c", "m", "fp"), Usage())
        await anext(chunks)
        running = engine.running
        await chunks.aclose()
        return running, engine.running

    assert asyncio.run(asyncio.wait_for(scenario(), 10)) == (1, 0)


def _calls(calls: Sequence[Any]) -> list[tuple[str, Any]]:
    return [(call["function"]["name"], json.loads(call["function"]["arguments"])) for call in calls]


def _whole(script: Sequence[Any], **fields: Any) -> Any:
    answer = asked(FakeEngine(script), CHAT, chat(**fields))
    assert answer.status == 200, answer.content
    told = _strictly(answer.content)
    assert strict_faults(ChatCompletion, told, REASONING) == []
    return told


def _chunks(script: Sequence[Any], **fields: Any) -> list[Any]:
    return _streamed(script, **fields).chunks


def _streamed(script: Sequence[Any], **fields: Any) -> Answer:
    answer = asked(FakeEngine(script), CHAT, chat(stream=True, **fields))
    assert answer.status == 200, answer.content
    for chunk in answer.chunks:
        assert strict_faults(ChatCompletionChunk, chunk, REASONING) == []
    _strictly(json.dumps(answer.chunks).encode())
    return answer


def _strictly(content: bytes) -> Any:
    """As JSON has it: JavaScript stumbles over NaN."""

    def refuse(word: str) -> None:
        raise AssertionError(word)

    return json.loads(content, parse_constant=refuse)
