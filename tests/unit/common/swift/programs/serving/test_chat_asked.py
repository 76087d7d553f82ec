"""A chat completion's fields: each honoured, translated or refused by its name."""

from typing import Any

import pytest

from common.swift.programs.serving import ask as port
from common.swift.programs.serving.ask import Ask, Constraint, Sampling
from common.swift.programs.serving.chat import ChatAsked, read_chat
from common.swift.programs.serving.chat.asked import LIMITED, REFUSED
from common.swift.programs.serving.errors import ApiError
from common.swift.programs.serving.labels import LABELS

from .asgi import chat
from .fake_engine import ALL, FakeEngine

WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "town", "schema": {"type": "object"}}}
TAKEN: list[tuple[dict[str, Any], str, Any]] = [
    ({}, "n", 1), ({"n": 3}, "n", 3), ({"n": 3.0}, "n", 3), ({"n": None}, "n", 1),
    ({}, "stop", ()), ({"stop": None}, "stop", ()), ({"stop": []}, "stop", ()),
    ({"stop": "a"}, "stop", ("a",)), ({"stop": ["b", "a", "b"]}, "stop", ("b", "a")),
    ({}, "max_tokens", None), ({"max_tokens": 5}, "max_tokens", 5), ({"max_completion_tokens": 6}, "max_tokens", 6),
    ({"max_tokens": 5, "max_completion_tokens": 5}, "max_tokens", 5),
    ({"max_tokens": 2**53 - 1}, "max_tokens", 2**53 - 1),
    ({}, "logprobs", None), ({"logprobs": False}, "logprobs", None), ({"logprobs": True}, "logprobs", 0),
    ({"logprobs": True, "top_logprobs": 20}, "logprobs", 20), ({"logprobs": True, "top_logprobs": 0}, "logprobs", 0),
    ({}, "is_streamed", False), ({"stream": True}, "is_streamed", True),
    ({}, "constraint", None), ({"response_format": {"type": "text"}}, "constraint", None),
    ({"response_format": {"type": "json_object"}}, "constraint", Constraint("json")),
    ({"response_format": SCHEMA}, "constraint", Constraint("json", schema={"type": "object"})),
]  # fmt: skip
SAMPLED: list[tuple[dict[str, Any], Sampling]] = [
    ({}, Sampling()),
    ({"temperature": 0, "top_p": 0.5, "top_k": 7, "min_p": 0.1}, Sampling(0.0, 0.5, 7, 0.1)),
    ({"top_p": 0}, Sampling(top_p=1e-6)),
    ({"temperature": 1e-40}, Sampling(0.0)),
    ({"repetition_penalty": 1.1}, Sampling(repetition_penalty=1.1)),
    ({"presence_penalty": -2, "frequency_penalty": 2}, Sampling(presence_penalty=-2, frequency_penalty=2)),
    ({"seed": 0}, Sampling(seed=0)),
    ({"seed": -7.0}, Sampling(seed=-7)),
    ({"seed": 2**63 - 1}, Sampling(seed=2**63 - 1)),
    ({"seed": -(2**63)}, Sampling(seed=-(2**63))),
    ({"logit_bias": {"12": -100, "0": 0.5}}, Sampling(logit_bias={12: -100.0, 0: 0.5})),
]
TYPE, VALUE, MISSING = "invalid_type", "invalid_value", "missing_required_parameter"
NO_PARAMETER, NO_VALUE = "unsupported_parameter", "unsupported_value"
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"messages": None}, MISSING, "messages"), ({"messages": {}}, TYPE, "messages"),
    ({"messages": []}, VALUE, "messages"),
    ({"n": True}, TYPE, "n"), ({"n": 0}, VALUE, "n"), ({"n": 129}, VALUE, "n"), ({"n": "1"}, TYPE, "n"),
    ({"n": 10**400}, VALUE, "n"),
    ({"stop": 5}, TYPE, "stop"), ({"stop": 0}, TYPE, "stop"), ({"stop": {}}, TYPE, "stop"),
    ({"stop": False}, TYPE, "stop"),
    ({"stop": ["a", 1]}, TYPE, "stop"), ({"stop": ["a", None]}, TYPE, "stop"),
    ({"stop": ""}, VALUE, "stop"), ({"stop": ["a", ""]}, VALUE, "stop"),
    ({"stop": [str(i) for i in range(17)]}, VALUE, "stop"),
    ({"max_tokens": 0}, VALUE, "max_tokens"), ({"max_completion_tokens": -1}, VALUE, "max_completion_tokens"),
    ({"max_tokens": 5, "max_completion_tokens": 6}, VALUE, "max_tokens"), ({"max_tokens": 1.5}, TYPE, "max_tokens"),
    ({"temperature": 2.1}, VALUE, "temperature"), ({"temperature": "hot"}, TYPE, "temperature"),
    ({"temperature": float("nan")}, VALUE, "temperature"),
    ({"top_p": 1.1}, VALUE, "top_p"),
    ({"top_k": -2}, VALUE, "top_k"), ({"min_p": 2}, VALUE, "min_p"),
    ({"repetition_penalty": 0}, VALUE, "repetition_penalty"),
    ({"presence_penalty": 3}, VALUE, "presence_penalty"), ({"frequency_penalty": -3}, VALUE, "frequency_penalty"),
    ({"seed": "1"}, TYPE, "seed"), ({"seed": 2**63}, VALUE, "seed"), ({"seed": 0.5}, TYPE, "seed"),
    ({"logit_bias": []}, TYPE, "logit_bias"), ({"logit_bias": {"the": 1}}, VALUE, "logit_bias.the"),
    ({"logit_bias": {"-1": 1}}, VALUE, "logit_bias.-1"), ({"logit_bias": {"": 1}}, VALUE, "logit_bias."),
    ({"logit_bias": {"9" * 5000: 1}}, VALUE, f"logit_bias.{'9' * 40}"),
    ({"logit_bias": {"\u0663": 1}}, VALUE, "logit_bias.\u0663"),
    ({"logit_bias": {"1": 101}}, VALUE, "logit_bias.1"), ({"logit_bias": {"1": True}}, VALUE, "logit_bias.1"),
    ({"logit_bias": {"1": "x"}}, VALUE, "logit_bias.1"), ({"logit_bias": {"1": 10**400}}, VALUE, "logit_bias.1"),
    ({"logprobs": 1}, TYPE, "logprobs"), ({"top_logprobs": 2}, VALUE, "top_logprobs"),
    ({"logprobs": True, "top_logprobs": 21}, VALUE, "top_logprobs"),
    ({"stream": "true"}, TYPE, "stream"), ({"stream_options": {}}, VALUE, "stream_options"),
    ({"stream": True, "stream_options": []}, TYPE, "stream_options"),
    ({"stream": True, "stream_options": {"include_usage": 1}}, TYPE, "stream_options.include_usage"),
    ({"stream": True, "stream_options": {"chunks": 1}}, "unknown_parameter", "stream_options.chunks"),
    ({"drop_params": 1}, TYPE, "drop_params"), ({"frobnicate": 1}, "unknown_parameter", "frobnicate"),
    ({"response_format": "json_object"}, TYPE, "response_format"),
    ({"response_format": {}}, MISSING, "response_format.type"),
    ({"response_format": {"type": "xml"}}, VALUE, "response_format.type"),
    ({"response_format": {"type": "json_object", "schema": {}}}, "unknown_parameter", "response_format.schema"),
    ({"response_format": {"type": "json_schema"}}, MISSING, "response_format.json_schema.name"),
    ({"response_format": {"type": "json_schema", "json_schema": []}}, TYPE, "response_format.json_schema"),
    ({"response_format": {"type": "json_schema", "json_schema": {"name": "a"}}},
     MISSING, "response_format.json_schema.schema"),
    ({"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": []}}}, TYPE,
     "response_format.json_schema.schema"),
    ({"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {}, "strict": 1}}}, TYPE,
     "response_format.json_schema.strict"),
    ({"response_format": SCHEMA, "tools": [WEATHER], "tool_choice": "required"}, NO_VALUE, "response_format"),
    ({"images": "a.png"}, TYPE, "images"), ({"images": ["a"]}, NO_VALUE, "images"),
    ({"videos": ["a"]}, NO_VALUE, "videos"),
    ({"audios": ["a"]}, NO_VALUE, "audios"),
    ({"chat_template_kwargs": []}, TYPE, "chat_template_kwargs"),
    ({"chat_template_kwargs": {"chat_template": "{{ x }}"}}, NO_VALUE, "chat_template_kwargs.chat_template"),
    ({"chat_template_kwargs": {"tools": None}}, NO_VALUE, "chat_template_kwargs.tools"),
    ({"chat_template_kwargs": {"tokenize": False}}, NO_VALUE, "chat_template_kwargs.tokenize"),
    ({"chat_template_kwargs": {"x": [1]}}, NO_VALUE, "chat_template_kwargs.x"),
    ({"chat_template_kwargs": {"enable_thinking": "false"}}, TYPE, "chat_template_kwargs.enable_thinking"),
    ({"chat_template_kwargs": {"thinking": 0}}, TYPE, "chat_template_kwargs.thinking"),
    ({"web_search_options": {}}, NO_PARAMETER, "web_search_options"), ({"functions": []}, NO_PARAMETER, "functions"),
    ({"function_call": ""}, NO_PARAMETER, "function_call"), ({"audio": {}}, NO_PARAMETER, "audio"),
    ({"metadata": {"a": "x" * 513}}, VALUE, "metadata.a"), ({"metadata": {"a" * 65: "x"}}, VALUE, "metadata"),
    ({"metadata": {str(number): "x" for number in range(17)}}, VALUE, "metadata"),
    ({"tool_choice": "auto"}, VALUE, "tool_choice"), ({"parallel_tool_calls": True}, VALUE, "parallel_tool_calls"),
]  # fmt: skip
VALUES: dict[str, Any] = {"metadata": {"a": "b"}, "prompt_cache_retention": "24h"}
SAID = {
    "audio": {"voice": "alloy", "format": "wav"}, "function_call": "auto", "functions": [{"name": "f"}],
     "moderation": {"a": 1},
    "prediction": {"type": "content", "content": "x"}, "reasoning_effort": "low", "store": True,
    "web_search_options": {"a": 1},
}  # fmt: skip
# What only some back ends do: the field, its name in the error, what the engine has to honour.
OF_BACK_ENDS: list[tuple[dict[str, Any], str, str]] = [
    ({"n": 2}, "n", port.SEVERAL),
    ({"n": 2, "stream": True}, "n", port.STREAM_SEVERAL),
    ({"logprobs": True}, "logprobs", port.LOGPROBS),
    ({"logprobs": True, "stream": True}, "logprobs", port.STREAM_LOGPROBS),
    ({"seed": 0}, "seed", port.SEED),
    ({"logit_bias": {"1": 1}}, "logit_bias", port.LOGIT_BIAS),
    ({"min_p": 0.5}, "min_p", port.MIN_P),
    ({"presence_penalty": 1}, "presence_penalty", port.PENALTIES),
    ({"frequency_penalty": 1}, "frequency_penalty", port.PENALTIES),
    ({"response_format": {"type": "json_object"}}, "response_format", port.FORM),
    ({"response_format": SCHEMA, "tools": [WEATHER]}, "response_format", port.FORM_OR_CALLS),
    ({"tools": [WEATHER], "tool_choice": "required"}, "tool_choice", port.FORCED_CALLS),
]


@pytest.mark.parametrize(("fields", "name", "wanted"), TAKEN, ids=str)
def test_a_field_reaches_the_engine(fields: dict[str, Any], name: str, wanted: Any) -> None:
    assert getattr(_asked(fields).ask, name) == wanted


@pytest.mark.parametrize(("fields", "wanted"), SAMPLED, ids=str)
def test_sampling_reaches_the_engine(fields: dict[str, Any], wanted: Sampling) -> None:
    assert _asked(fields).ask.sampling == wanted


@pytest.mark.parametrize(("fields", "code", "param"), WRONG, ids=lambda value: str(value)[:60])
def test_a_wrong_field_is_refused_by_its_name(fields: dict[str, Any], code: str, param: str) -> None:
    error = _refused(fields)

    assert (error.status, error.code, error.param) == (400, code, param)
    assert len(error.message) < 400


def test_each_field_that_is_refused_is_tried() -> None:
    assert SAID.keys() == REFUSED.keys()


@pytest.mark.parametrize(("name", "value"), SAID.items(), ids=SAID.keys())
def test_what_no_back_end_honours_is_refused_or_dropped(name: str, value: Any) -> None:
    error = _refused({name: value})

    assert (error.code, error.param) == (NO_PARAMETER, name)
    assert "drop_params" in error.message
    assert _asked({name: value, "drop_params": True}).ask == _asked({}).ask
    assert _asked({name: None}).ask == _asked({}).ask


@pytest.mark.parametrize(
    ("name", "taken", "refused"),
    [
        ("modalities", [["text"]], [["text", "audio"], [], "text"]),
        ("service_tier", ["auto", "default"], ["flex", "priority", 1]),
        ("verbosity", ["medium"], ["low", "high", {}]),
    ],
)
def test_what_may_say_only_what_is_done_anyhow(name: str, taken: list[Any], refused: list[Any]) -> None:
    assert name in LIMITED
    for value in [None, *taken]:
        assert _asked({name: value}).ask == _asked({}).ask
    for value in refused:
        error = _refused({name: value})
        assert (error.code, error.param) == (NO_VALUE, name)
        assert _asked({name: value, "drop_params": True}).ask == _asked({}).ask


def test_each_limit_is_tried() -> None:
    assert LIMITED.keys() == {"modalities", "service_tier", "verbosity"}


@pytest.mark.parametrize("name", sorted(LABELS))
def test_a_label_changes_nothing(name: str) -> None:
    assert _asked({name: VALUES.get(name, "me")}).ask == _asked({}).ask


@pytest.mark.parametrize(
    ("fields", "code", "param"),
    [
        ({"user": 5}, TYPE, "user"),
        ({"metadata": [1]}, TYPE, "metadata"),
        ({"metadata": {"a": 1}}, TYPE, "metadata.a"),
        ({"metadata": {str(number): "x" for number in range(17)}}, VALUE, "metadata"),
        ({"safety_identifier": {}}, TYPE, "safety_identifier"),
        ({"prompt_cache_key": 1}, TYPE, "prompt_cache_key"),
        ({"prompt_cache_retention": "1h"}, VALUE, "prompt_cache_retention"),
    ],
)
def test_a_label_that_is_none_is_refused(fields: dict[str, Any], code: str, param: str) -> None:
    error = _refused(fields)

    assert (error.status, error.code, error.param) == (400, code, param)


# What is left out with `drop_params`, wherever it stands, and what of the ask is as if it had not been said.
DROPPED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"stream": True, "stream_options": {"chunks": 1}}, {"stream": True}),
    ({"response_format": {"type": "json_object", "schema": {}}}, {"response_format": {"type": "json_object"}}),
    ({"response_format": SCHEMA, "tools": [WEATHER], "tool_choice": "required"},
     {"tools": [WEATHER], "tool_choice": "required"}),
    ({"chat_template_kwargs": {"a": 1, "x": [1], "tools": None}}, {"chat_template_kwargs": {"a": 1}}),
    ({"tools": [{"type": "web_search"}, WEATHER | {"x": 1}]}, {"tools": [WEATHER]}),
    ({"messages": [{"role": "user", "content": "hi", "foo": 1}]}, {"messages": [{"role": "user", "content": "hi"}]}),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "left"), DROPPED, ids=str)
def test_what_is_not_supported_is_dropped_wherever_it_stands(fields: dict[str, Any], left: dict[str, Any]) -> None:
    assert _refused(fields).status == 400
    assert _asked(fields | {"drop_params": True}).ask == _asked(left).ask


def test_a_field_that_nobody_knows_may_be_dropped() -> None:
    assert _asked({"frobnicate": 1, "drop_params": True}).ask == _asked({}).ask


@pytest.mark.parametrize(("fields", "name", "feature"), OF_BACK_ENDS, ids=str)
def test_what_a_back_end_would_ignore_is_refused_or_dropped(fields: dict[str, Any], name: str, feature: str) -> None:
    lacks = ALL - {feature}

    error = _refused(fields, lacks)
    dropped = _asked(fields | {"drop_params": True}, lacks).ask

    assert (error.status, error.code, error.param) == (400, NO_PARAMETER, name)
    assert "the back end of this model, fake" in error.message
    assert (dropped.n, dropped.logprobs, dropped.constraint, dropped.sampling) == (1, None, None, Sampling())
    assert _asked(fields, frozenset({feature})).ask != dropped


def test_strict_functions_are_held_to_where_a_back_end_can() -> None:
    strict = {"type": "function", "function": WEATHER["function"] | {"strict": True}}  # type: ignore[operator]

    constraint = _asked({"tools": [strict]}).ask.constraint
    assert constraint is not None
    assert constraint.kind == "free"
    assert _asked({"tools": [strict]}, ALL - {port.STRICT}).ask.constraint is None
    assert _asked({"tools": [WEATHER]}).ask.constraint is None
    beside = _asked({"tools": [strict], "response_format": {"type": "json_object"}}).ask.constraint
    assert beside is not None
    assert beside.kind == "json"


def test_drop_params_drops_nothing_that_is_wrong() -> None:
    assert _refused({"n": 0, "drop_params": True}).param == "n"
    assert _refused({"temperature": "x", "drop_params": True}).param == "temperature"


@pytest.mark.parametrize(
    ("options", "with_usage"),
    [(None, False), ({}, False), ({"include_usage": True}, True), ({"include_usage": False}, False),
     ({"include_usage": True, "include_obfuscation": False}, True)],
)  # fmt: skip
def test_usage_in_a_stream_is_asked_for(options: Any, with_usage: bool) -> None:
    streaming = _asked({"stream": True, "stream_options": options}).streaming

    assert (streaming.is_on, streaming.with_usage) == (True, with_usage)


def test_plain_values_reach_the_chat_template_and_media_a_model_that_takes_them() -> None:
    template = {"enable_thinking": False, "level": 3, "style": "short", "share": 0.5, "none": None}
    asked = read_chat(
        chat(chat_template_kwargs=template, images=["data:,x"], videos=[]),
        FakeEngine(sees=frozenset({"image"})),
        "fake",
        "",
    )

    assert asked.ask.prompt.template == template  # type: ignore[union-attr]
    assert asked.ask.prompt.media == {"images": ["data:,x"]}  # type: ignore[union-attr]


def test_each_medium_has_its_place() -> None:
    text, seen = {"type": "text", "text": "?"}, {"type": "image_url", "image_url": {"url": "data:,x"}}
    messages = [{"role": "system", "content": "s"}, {"role": "user", "content": [text, seen, seen]}]
    asked = read_chat(chat(messages=messages), FakeEngine(sees=frozenset({"image"})), "fake", "")

    assert asked.ask.prompt.places == ("messages[1].content[1]", "messages[1].content[2]")  # type: ignore[union-attr]


def test_an_adapter_is_asked_by_its_name() -> None:
    assert read_chat(chat(), FakeEngine(), "fake", "team/bot").ask.adapter == "team/bot"


def _asked(fields: dict[str, Any], honours: frozenset[str] = ALL) -> ChatAsked:
    asked = read_chat(chat(**fields), FakeEngine(honours=honours), "fake", "")
    assert isinstance(asked.ask, Ask)
    return asked


def _refused(fields: dict[str, Any], honours: frozenset[str] = ALL) -> ApiError:
    with pytest.raises(ApiError) as caught:
        _asked(fields, honours)
    return caught.value
