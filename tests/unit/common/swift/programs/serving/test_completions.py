"""Text completions: prompts of each shape, and how they go on."""

import asyncio
import json
from typing import Any

import pytest
from openai.types import Completion

from common.swift.programs.serving import ask as port
from common.swift.programs.serving.answers import Head, Usage
from common.swift.programs.serving.ask import Piece, Text, Token
from common.swift.programs.serving.completions import CompletionsAsked, read_completions, tell_chunks
from common.swift.programs.serving.errors import ApiError, context_length_exceeded
from tests.openai_types import strict_faults

from .asgi import COMPLETIONS, Answer, asked, completion
from .fake_engine import ALL, FOREVER, FakeEngine, said

PROMPTS: list[tuple[Any, list[Text]]] = [
    ("a", [Text("a")]),
    (["a"], [Text("a")]),
    (["a", "b"], [Text("a"), Text("b")]),
    ([1, 2], [Text(tokens=(1, 2))]),
    ([[1, 2]], [Text(tokens=(1, 2))]),
    ([[1], [2, 3]], [Text(tokens=(1,)), Text(tokens=(2, 3))]),
    (["a", [1]], [Text("a"), Text(tokens=(1,))]),
    ([0], [Text(tokens=(0,))]),
]
TYPE, VALUE, MISSING = "invalid_type", "invalid_value", "missing_required_parameter"
NO_PARAMETER, NO_VALUE = "unsupported_parameter", "unsupported_value"
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"prompt": None}, MISSING, "prompt"), ({"prompt": ""}, VALUE, "prompt"), ({"prompt": ["a", ""]}, VALUE, "prompt"),
    ({"prompt": []}, VALUE, "prompt"), ({"prompt": ["a"] * 129}, VALUE, "prompt"), ({"prompt": 5}, TYPE, "prompt"),
    ({"prompt": {}}, TYPE, "prompt"), ({"prompt": [True]}, TYPE, "prompt"), ({"prompt": [1, -1]}, TYPE, "prompt"),
    ({"prompt": [1.5]}, TYPE, "prompt"), ({"prompt": [[]]}, TYPE, "prompt"), ({"prompt": [["a"]]}, TYPE, "prompt"),
    ({"prompt": [None]}, TYPE, "prompt"), ({"prompt": [2**31]}, VALUE, "prompt"),
    ({"prompt": [[10**400]]}, VALUE, "prompt"),
    ({"suffix": "x"}, NO_PARAMETER, "suffix"), ({"best_of": 2}, NO_PARAMETER, "best_of"),
    ({"best_of": 0}, VALUE, "best_of"), ({"echo": "yes"}, TYPE, "echo"),
    ({"echo": True, "logprobs": 0}, NO_VALUE, "echo"),
    ({"echo": True, "prompt": [1]}, NO_VALUE, "echo"), ({"logprobs": True}, TYPE, "logprobs"),
    ({"logprobs": 21}, VALUE, "logprobs"), ({"max_tokens": 0}, VALUE, "max_tokens"), ({"n": 0}, VALUE, "n"),
    ({"messages": []}, "unknown_parameter", "messages"), ({"stream_options": {}}, VALUE, "stream_options"),
    ({"max_completion_tokens": 5}, "unknown_parameter", "max_completion_tokens"),
]  # fmt: skip


@pytest.mark.parametrize(("prompt", "wanted"), PROMPTS, ids=str)
def test_a_prompt_of_each_shape_is_taken(prompt: Any, wanted: list[Text]) -> None:
    assert [ask.prompt for ask in _asked(prompt=prompt).asks] == wanted


@pytest.mark.parametrize(("fields", "code", "param"), WRONG, ids=lambda value: str(value)[:60])
def test_a_wrong_field_is_refused_by_its_name(fields: dict[str, Any], code: str, param: str) -> None:
    error = _refused(fields)

    assert (error.status, error.code, error.param) == (400, code, param)


def test_tokens_are_refused_where_the_back_end_takes_none() -> None:
    error = _refused({"prompt": [[1]]}, ALL - {port.TOKENS})

    assert (error.code, error.param) == (NO_VALUE, "prompt")


def test_what_is_not_said_is_openais_default() -> None:
    asked_for = _asked()

    assert (asked_for.asks[0].n, asked_for.asks[0].max_tokens, asked_for.asks[0].logprobs) == (1, 16, None)
    assert _asked(best_of=2, n=2).asks[0].n == 2
    assert _asked(best_of=5, suffix="x", drop_params=True).asks == asked_for.asks
    assert _asked(logprobs=0).asks[0].logprobs == 0


def test_choices_of_several_prompts_are_in_order() -> None:
    engine = FakeEngine(*[[*said(f"{name}1", index=1), *said(f"{name}0")] for name in "abc"])

    told = _whole(engine, prompt=["a", "b", "c"], n=2)

    assert [choice["text"] for choice in told["choices"]] == ["a0", "a1", "b0", "b1", "c0", "c1"]
    assert [choice["index"] for choice in told["choices"]] == list(range(6))
    assert told["usage"] == {"prompt_tokens": 9, "completion_tokens": 6, "total_tokens": 15}


def test_streams_of_several_prompts_are_merged() -> None:
    engine = FakeEngine(*[said(name, name.upper(), finish="length") for name in "abc"])

    answer = _streamed(engine, prompt=["a", "b", "c"], stream_options={"include_usage": True})

    *chunks, last = answer.chunks
    for index, text in enumerate(["aA", "bB", "cC"]):
        own = [chunk["choices"][0] for chunk in chunks if chunk["choices"][0]["index"] == index]
        assert "".join(choice["text"] for choice in own) == text
        assert [choice["finish_reason"] for choice in own] == [None, "length"]
    assert last["choices"] == []
    assert last["usage"] == {"prompt_tokens": 9, "completion_tokens": 6, "total_tokens": 15}
    assert answer.events[-1] == "[DONE]"


@pytest.mark.parametrize("stream", [False, True])
def test_echo_puts_each_prompt_in_front(stream: bool) -> None:
    engine = FakeEngine([*said("x", "y"), *said("z", index=1)])
    fields = {"prompt": ["a", "b"], "n": 2, "echo": True}

    if stream:
        texts = ["", "", "", ""]
        for chunk in _streamed(engine, **fields).chunks:
            texts[chunk["choices"][0]["index"]] += chunk["choices"][0]["text"]
    else:
        texts = [choice["text"] for choice in _whole(engine, **fields)["choices"]]

    assert texts == ["axy", "az", "bxy", "bz"]


def test_logprobs_are_in_the_older_form_and_json() -> None:
    tokens = [Token("ab", -0.5, (("ab", -0.5), ("x", -1.0))), Token("c", float("-inf"), (("y", 0.0),))]
    script = [Piece(0, "ab", tokens[:1]), Piece(0, "c", tokens[1:], "stop", 3, 2)]

    whole = _whole(FakeEngine(script), logprobs=2)["choices"][0]["logprobs"]
    chunks = [chunk["choices"][0]["logprobs"] for chunk in _streamed(FakeEngine(script), logprobs=2).chunks]

    wanted = {
        "tokens": ["ab", "c"],
        "token_logprobs": [-0.5, -9999.0],
        "top_logprobs": [{"ab": -0.5, "x": -1.0}, {"y": 0.0, "c": -9999.0}],
        "text_offset": [0, 2],
    }
    assert whole == wanted
    assert {key: [each for chunk in chunks for each in chunk[key]] for key in wanted} == wanted
    assert _whole(FakeEngine(script))["choices"][0]["logprobs"] is None


def test_offsets_go_by_the_tokens_where_text_is_held_back() -> None:
    """A stop text may have begun; its tokens are told before their text is."""
    script = [Piece(0, "", [Token("ab", -1.0)]), Piece(0, "abc", [Token("c", -1.0)], "stop", 3, 2)]

    chunks = [chunk["choices"][0]["logprobs"] for chunk in _streamed(FakeEngine(script), logprobs=0).chunks]

    assert [offset for chunk in chunks for offset in chunk["text_offset"]] == [0, 2]
    assert _whole(FakeEngine(script), logprobs=0)["choices"][0]["logprobs"]["text_offset"] == [0, 2]


def test_echo_beside_what_it_cannot_go_with_may_be_dropped() -> None:
    assert not _asked(echo=True, logprobs=1, drop_params=True).echo
    assert not _asked(echo=True, prompt=[1], drop_params=True).echo
    assert _asked(echo=True, drop_params=True).echo


@pytest.mark.parametrize("stream", [False, True])
def test_an_error_of_one_prompt_ends_all(stream: bool) -> None:
    engine = FakeEngine([FOREVER], [context_length_exceeded(8, 9, "prompt")], [FOREVER])

    answer = asked(engine, COMPLETIONS, completion(prompt=["a", "b", "c"], stream=stream))

    assert answer.error == (400, "context_length_exceeded", "prompt")
    assert engine.running == 0
    assert len(engine.asks) == 3


def test_a_stream_that_is_closed_ends_each_of_its_prompts() -> None:
    engine = FakeEngine([*said("a", finish=None), FOREVER])

    async def scenario() -> tuple[int, int]:
        chunks = tell_chunks(engine, _asked(prompt=["a", "b"], stream=True), Head("cmpl", "m", "fp"), Usage())
        await anext(chunks)
        running = engine.running
        await chunks.aclose()
        return running, engine.running

    assert asyncio.run(asyncio.wait_for(scenario(), 10)) == (2, 0)


def _asked(**fields: Any) -> CompletionsAsked:
    return read_completions(completion(**fields), FakeEngine(), "fake", "")


def _refused(fields: dict[str, Any], honours: frozenset[str] = ALL) -> ApiError:
    with pytest.raises(ApiError) as caught:
        read_completions(completion(**fields), FakeEngine(honours=honours), "fake", "")
    return caught.value


def _whole(engine: FakeEngine, **fields: Any) -> Any:
    answer = asked(engine, COMPLETIONS, completion(**fields))
    assert answer.status == 200, answer.content
    assert strict_faults(Completion, answer.json) == []
    assert b"Infinity" not in answer.content
    return answer.json


def _streamed(engine: FakeEngine, **fields: Any) -> Answer:
    answer = asked(engine, COMPLETIONS, completion(stream=True, **fields))
    assert answer.status == 200, answer.content
    for chunk in answer.chunks:
        assert _faults_of_chunk(chunk) == []
    assert "Infinity" not in json.dumps(answer.chunks)
    return answer


def _faults_of_chunk(chunk: Any) -> list[str]:
    """OpenAI has one type for both, which knows no choice that goes on: its own server sends null there."""
    return [
        fault for fault in strict_faults(Completion, chunk) if not ("finish_reason" in fault and fault.count("None"))
    ]
