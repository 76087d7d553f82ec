import json
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from common.swift.programs.serving.ask import Constraint
from common.swift.programs.serving.engines.begun import Begun
from common.swift.programs.serving.engines.guided import constrain
from common.swift.programs.serving.errors import ApiError

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
FUNCTION = {"name": "f", "description": "", "parameters": SCHEMA}
JSON, ANY = Constraint("json", schema=SCHEMA), Constraint("json")
CALLS = Constraint("calls", functions=(FUNCTION, FUNCTION | {"name": "g"}))


def template(name: str) -> Any:
    return type(name, (), {})()


HERMES = template("HermesAgentTemplate")


@pytest.fixture
def vllm(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Of 0.12 and later."""
    params = ModuleType("vllm.sampling_params")
    params.StructuredOutputsParams = SimpleNamespace  # type: ignore[attr-defined]
    package = ModuleType("vllm")
    package.sampling_params = params  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "vllm", package)
    monkeypatch.setitem(sys.modules, "vllm.sampling_params", params)
    return SimpleNamespace(structured_outputs=None)


@pytest.fixture
def old_vllm(monkeypatch: pytest.MonkeyPatch, vllm: SimpleNamespace) -> SimpleNamespace:
    params = sys.modules["vllm.sampling_params"]
    monkeypatch.delattr(params, "StructuredOutputsParams")
    monkeypatch.setattr(params, "GuidedDecodingParams", SimpleNamespace, raising=False)
    return SimpleNamespace(guided_decoding=None)


def tag_of(config: dict[str, Any]) -> Any:
    return json.loads(config["structural_tag"])["format"]["elements"]


def test_vllm_is_told_the_schema(vllm: SimpleNamespace) -> None:
    constrain("vllm", vllm, JSON, HERMES)

    assert vars(vllm.structured_outputs) == {"json": SCHEMA}


def test_an_older_vllm_is_told_by_its_older_name(old_vllm: SimpleNamespace) -> None:
    constrain("vllm", old_vllm, ANY, HERMES)

    assert vars(old_vllm.guided_decoding) == {"json": {"type": "object"}}


def test_an_older_vllm_cannot_force_calls(old_vllm: SimpleNamespace) -> None:
    with pytest.raises(ApiError, match=r"vLLM 0\.12") as refused:
        constrain("vllm", old_vllm, CALLS, HERMES)

    assert refused.value.param == "tool_choice"


def test_vllm_is_told_calls_as_a_structural_tag(vllm: SimpleNamespace) -> None:
    constrain("vllm", vllm, CALLS, HERMES)

    tag = json.loads(vllm.structured_outputs.structural_tag)
    assert tag["type"] == "structural_tag"
    (calls,) = tag["format"]["elements"]
    assert (calls["type"], calls["separator"], calls["at_least_one"]) == ("tags_with_separator", "\n", True)
    assert calls["tags"][1] == {
        "type": "tag",
        "begin": '<tool_call>\n{"name": "g", "arguments": ',
        "content": {"type": "json_schema", "json_schema": SCHEMA},
        "end": "}\n</tool_call>",
    }


def test_sglang_is_told_the_schema_as_a_text() -> None:
    config: dict[str, Any] = {}
    constrain("sglang", config, JSON, HERMES)

    assert config == {"json_schema": json.dumps(SCHEMA)}


def test_one_call_is_one_of_the_functions() -> None:
    config: dict[str, Any] = {}
    constrain("sglang", config, Constraint("calls", functions=CALLS.functions, several=False), HERMES)

    (either,) = tag_of(config)
    assert either["type"] == "or"
    assert [each["elements"][0]["value"] for each in either["elements"]] == [
        '<tool_call>\n{"name": "f", "arguments": ',
        '<tool_call>\n{"name": "g", "arguments": ',
    ]


def test_what_stands_around_calls_is_told() -> None:
    config: dict[str, Any] = {}
    constrain("sglang", config, CALLS, template("DeepSeekV31AgentTemplate"))

    begin, _, end = tag_of(config)
    assert (begin["value"], end["value"]) == ("<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>")


def test_a_thought_comes_before_the_form() -> None:
    config: dict[str, Any] = {}
    constrain("sglang", config, JSON, HERMES, Begun(is_thinking=True))

    thought, blank, form = tag_of(config)
    assert (thought["end"], blank["value"], form["type"]) == ("</think>", "\n\n", "json_schema")


@pytest.mark.parametrize("back_end", ["vllm", "sglang", "lmdeploy"])
def test_a_form_that_the_client_has_begun_is_refused(back_end: str) -> None:
    with pytest.raises(ApiError, match=f"{back_end}, begins each form anew. Leave that message out") as refused:
        constrain(back_end, {}, JSON, HERMES, Begun(text='{"a'))

    assert (refused.value.status, refused.value.param) == (400, "messages")


def test_a_call_may_come_behind_what_was_said() -> None:
    config: dict[str, Any] = {}
    constrain("sglang", config, CALLS, HERMES, Begun(text="Let me see."))

    assert "structural_tag" in config


def test_lmdeploy_is_told_the_schema_in_openais_form() -> None:
    config = SimpleNamespace(response_format=None)
    constrain("lmdeploy", config, JSON, HERMES)

    assert config.response_format["type"] == "json_schema"
    assert config.response_format["json_schema"]["schema"] == SCHEMA


@pytest.mark.parametrize(
    ("config", "constraint", "begun", "param"),
    [
        (SimpleNamespace(response_format=None), CALLS, Begun(), "tool_choice"),
        (SimpleNamespace(response_format=None), JSON, Begun(is_thinking=True), "response_format"),
        (SimpleNamespace(), JSON, Begun(), "response_format"),
    ],
)
def test_what_lmdeploy_cannot_do_is_refused(config: Any, constraint: Constraint, begun: Begun, param: str) -> None:
    with pytest.raises(ApiError, match="lmdeploy") as refused:
        constrain("lmdeploy", config, constraint, HERMES, begun)

    assert (refused.value.code, refused.value.param) == ("unsupported_value", param)


def test_arguments_that_are_written_one_by_one_are_forced_by_the_transformers_back_end_only() -> None:
    with pytest.raises(ApiError, match="transformers back end"):
        constrain("sglang", {}, CALLS, template("Qwen3CoderAgentTemplate"))


@pytest.mark.parametrize(
    ("constraint", "param"),
    [
        (Constraint("json", schema={"type": "array", "uniqueItems": True}), "response_format.json_schema.schema"),
        (Constraint("calls", functions=({"name": "f", "parameters": {"not": {}}},)), "tools.f.parameters"),
    ],
)
def test_keywords_that_a_back_end_may_ignore_are_refused(constraint: Constraint, param: str) -> None:
    with pytest.raises(ApiError) as refused:
        constrain("sglang", {}, constraint, HERMES)

    assert refused.value.param == param
