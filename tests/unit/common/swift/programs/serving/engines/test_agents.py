import json
from types import SimpleNamespace
from typing import Any

import pytest

from common.swift.programs.serving.engines.agents import agent_template, call_mark, calls_in, is_half_call

TOOL = {"function": {"name": "f", "parameters": {"type": "object", "properties": {"n": {"type": "integer"}}}}}


def engine(name: str, *read: tuple[str, str]) -> Any:
    """One whose template reads these calls, whatever the text."""
    template = SimpleNamespace(agent_template=type(name, (), {})())
    functions = [SimpleNamespace(function=SimpleNamespace(name=each, arguments=told)) for each, told in read]
    made = SimpleNamespace(template=template, heard=[])
    made._get_toolcall = lambda text, _inputs: made.heard.append(text) or functions
    return made


def test_numbers_that_were_read_as_texts_are_numbers() -> None:
    calls = calls_in(engine("Qwen3CoderAgentTemplate", ("f", '{"n": "3"}')), "", [TOOL])

    assert [json.loads(call.arguments) for call in calls] == [{"n": 3}]


def test_arguments_in_json_stay_as_they_were_written() -> None:
    calls = calls_in(engine("HermesAgentTemplate", ("f", '{"n":"3"}')), "", [TOOL])

    assert [call.arguments for call in calls] == ['{"n":"3"}']


def test_llamas_calls_may_have_objects_in_objects() -> None:
    text = '{"name": "f", "parameters": {"a": {"b": {"c": "}}"}}}}\n{"name": "g", "parameters": {}}'

    calls = calls_in(engine("Llama3AgentTemplate"), text, [TOOL])

    assert [(call.name, json.loads(call.arguments)) for call in calls] == [("f", {"a": {"b": {"c": "}}"}}}), ("g", {})]


def test_llamas_answers_without_a_call_are_read_by_ms_swift() -> None:
    asked = engine("Llama3AgentTemplate")

    assert calls_in(asked, 'A {"name" of', [TOOL]) == []
    assert asked.heard == ['A {"name" of']


def test_mistrals_reader_sees_the_end_that_it_wants() -> None:
    asked = engine("MistralAgentTemplate")
    calls_in(asked, "[TOOL_CALLS][]", [TOOL])

    assert asked.heard == ["[TOOL_CALLS][]</s>"]


def test_a_model_without_an_agent_template_has_no_mark() -> None:
    class Template:
        @property
        def agent_template(self) -> Any:
            raise ValueError("Failed to automatically match an agent_template")

    assert agent_template(SimpleNamespace(template=Template())) is None
    assert call_mark(SimpleNamespace(template=Template())) == ""
    assert call_mark(engine("HermesAgentTemplate")) == "<tool_call>"


TOOLS = [{"function": {"name": "get_weather"}}, {"function": {"name": "f"}}]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("HermesAgentTemplate", "<tool_call>"),
        ("HermesAgentTemplate", '<tool_call>\n{"name": "get_w'),
        ("HermesAgentTemplate", '<tool_call>{"name":"f", "arguments": {"a": '),
        ("Qwen3CoderAgentTemplate", "<tool_call>\n<function=f>\n<param"),
        ("ReactEnAgentTemplate", "Action: get_weather\nAction Input: {"),
        ("ReactEnAgentTemplate", "Action:"),
        ("HunyuanHermesAgentTemplate", "<tool_calls>\n<tool_call>f\n```json\n{"),
        ("HunyuanHermesAgentTemplate", "<tool_call>f\n```json\n{"),
        ("DeepSeekV4AgentTemplate", '<｜DSML｜tool_calls>\n<｜DSML｜invoke name="f">'),
        ("KimiK25AgentTemplate", "<|tool_calls_section_begin|><|tool_call_begin|>functions.f:0"),
        ("Llama3AgentTemplate", '{"name": "f", "par'),
        ("GLM4AgentTemplate", 'get_weather\n{"ci'),
        ("MinimaxM2AgentTemplate", "<minimax:tool_call>anything"),
    ],
)
def test_half_a_call_is_known(template: str, text: str) -> None:
    assert is_half_call(engine(template), text, TOOLS)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("HermesAgentTemplate", "<tool_call> is a mark"),
        ("HermesAgentTemplate", '<tool_call>{"name": "fly"'),
        ("ReactEnAgentTemplate", "Action: none is needed."),
        ("ReactEnAgentTemplate", "Action: fly"),
        ("Llama3AgentTemplate", '{"name": "Ada", "born": 1815}'),
        ("GLM4AgentTemplate", "f is a letter"),
        ("GLM4AgentTemplate", ""),
        ("Unknown", "<tool_call>"),
    ],
)
def test_a_text_is_no_half_call(template: str, text: str) -> None:
    assert not is_half_call(engine(template), text, TOOLS)
