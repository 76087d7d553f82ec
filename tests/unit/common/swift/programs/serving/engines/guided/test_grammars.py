import re
from typing import Any

import pytest

from common.swift.programs.serving.ask import Constraint
from common.swift.programs.serving.engines.guided.call_formats import FORMATS, CallFormat
from common.swift.programs.serving.engines.guided.grammars import CALLS_MAX, Grammars
from common.swift.programs.serving.engines.guided.lark import Words
from common.swift.programs.serving.errors import ApiError

HERMES, CODER = FORMATS["HermesAgentTemplate"], FORMATS["Qwen3CoderAgentTemplate"]
PLAIN = Grammars(Words({}))
MARKED = Grammars(Words({"<tool_call>": 7, "</tool_call>": 8, "</parameter>": 9, "</think>": 10}))
STOP = {"name": "stop", "parameters": {"type": "object", "properties": {}}}


def calls(*functions: dict[str, Any], several: bool = True) -> Constraint:
    return Constraint("calls", functions=functions or (STOP,), several=several)


def function(**properties: Any) -> dict[str, Any]:
    return {"name": "f", "parameters": {"type": "object", "properties": properties, "required": [*properties]}}


def test_json_without_a_schema_is_any_object_with_bounded_space() -> None:
    grammar = PLAIN.of(Constraint("json"), None)

    assert grammar.startswith('start: %json {"type": "object", "x-guidance": {')
    assert r'"whitespace_pattern": "( |\\n[ \\t]{0,16})?"' in grammar


def test_a_call_is_written_as_the_model_writes_it() -> None:
    grammar = PLAIN.of(calls(several=False), HERMES)

    assert r'call_0: "<tool_call>\n{\"name\": \"stop\", \"arguments\": " %json {' in grammar
    assert re.search(r'} "}\\n</tool_call>"$', grammar, re.MULTILINE)
    assert grammar.splitlines()[0].split() == ["start:", "(call_0)"]


def test_several_calls_are_bounded() -> None:
    start = PLAIN.of(calls(STOP, STOP | {"name": "go"}), HERMES).splitlines()[0]

    assert start.split() == ["start:", "(call_0", "|", "call_1)", "(more_0", "|", f"more_1){{0,{CALLS_MAX - 1}}}"]


def test_a_family_that_calls_once_an_answer_is_not_let_call_twice() -> None:
    assert "more" not in PLAIN.of(calls(), FORMATS["ReactEnAgentTemplate"]).splitlines()[0]


def test_marks_that_are_tokens_of_their_own_are_these_tokens() -> None:
    assert '<[7]> "\\n{' in MARKED.of(calls(), HERMES)
    assert '"}\\n" <[8]>' in MARKED.of(calls(), HERMES)


def test_a_text_ends_at_the_first_mark_that_its_reader_would_see() -> None:
    grammar = PLAIN.of(calls(function(a={"type": "string"})), CODER)

    assert "p0_0_value_text[lazy]: P0_0_VALUE" in grammar
    assert r"/(?s:.*)\n\x{3C}\x{2F}parameter\x{3E}/" in grammar
    assert r"~/(?s:.*)\x{3C}\x{2F}parameter\x{3E}(?s:.+)/" in grammar
    assert r"\x{3C}\x{2F}tool_call\x{3E}" in grammar  # it would end the call in the middle of the text


def test_a_text_before_a_token_of_its_own_goes_on_to_it() -> None:
    grammar = MARKED.of(calls(function(a={"type": "string"})), CODER)

    assert r'p0_0_value: p0_0_value_text <[9]> "\n"' in grammar
    assert "[lazy]" not in grammar


def test_parameters_that_are_not_required_may_be_left_out() -> None:
    described = function(a={"type": "integer"}, b={"enum": ["x", "y"]})
    described["parameters"]["required"] = ["b"]

    grammar = PLAIN.of(calls(described), CODER)

    assert " p0_0? p0_1 " in grammar
    assert '("x" | "y")' in grammar


@pytest.mark.parametrize(
    ("described", "where", "why"),
    [
        (function(a={}), "tools.f.parameters.a", "without quotes"),
        (function(a={"type": "string", "maxLength": 3}), "tools.f.parameters.a", "'enum' and 'const' only"),
        ({"name": "f", "parameters": {"type": "object", "minProperties": 1}}, "tools.f.parameters", "'minProperties'"),
        ({"name": "f", "parameters": {"type": "object", "required": ["a"]}}, "tools.f.parameters", "'a' is required"),
    ],
)
def test_parameters_that_cannot_be_forced_are_refused_by_name(described: dict[str, Any], where: str, why: str) -> None:
    with pytest.raises(ApiError, match=why) as refused:
        PLAIN.of(calls(described), CODER)

    assert (refused.value.status, refused.value.param) == (400, where)


def test_options_of_the_grammar_engine_are_no_part_of_a_functions_schema() -> None:
    described = {"name": "f", "parameters": {"type": "object", "x-guidance": {"lenient": True}}}

    with pytest.raises(ApiError, match="not the client's to set") as refused:
        PLAIN.of(calls(described), HERMES)

    assert refused.value.param == "tools.f.parameters"


@pytest.mark.parametrize("name", ["a b", 'a"', "a\n", "<a>", ""])
def test_a_name_that_would_change_the_form_is_refused(name: str) -> None:
    with pytest.raises(ApiError, match="letters, digits"):
        PLAIN.of(calls(STOP | {"name": name}), HERMES)


def test_calls_of_a_model_whose_way_is_not_known_are_refused_with_the_way_out() -> None:
    with pytest.raises(ApiError, match="Send 'auto'") as refused:
        PLAIN.of(calls(), None)

    assert (refused.value.code, refused.value.param) == ("unsupported_value", "tool_choice")


def test_a_thought_that_was_opened_comes_to_its_end_first() -> None:
    assert MARKED.of(calls(), HERMES, is_thinking=True).startswith("start: thought blank? ")
    assert "thought: thought_text <[10]>" in MARKED.of(calls(), HERMES, is_thinking=True)
    assert PLAIN.of(Constraint("json"), None, is_thinking=True).startswith("start: thought blank? %json")


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_mark_is_at_the_beginning_of_calls(name: str) -> None:
    form: CallFormat = FORMATS[name]

    assert (form.begin + form.open).lstrip().startswith(form.mark)
    assert "{name}" in form.open


def free(*functions: dict[str, Any]) -> Constraint:
    return Constraint("free", functions=functions)


def test_an_answer_may_be_any_text_until_a_call_begins() -> None:
    start, block, *others = PLAIN.of(free(STOP, STOP | {"name": "go"}), HERMES).splitlines()

    assert (start, block) == ("start: block* rest", "block: until named")
    assert r"until_text[lazy]: UNTIL" in others
    assert "named: named_0 | named_1" in others
    assert any(line.startswith(r'named_1: "go\", \"arguments\": " %json {') for line in others)
    assert r"REST: /(?s:.*)/ & ~/(?s:.*)(\x{3C}tool_call\x{3E}\n\x{7B}\x{22}name\x{22}\x{3A} \x{22})(?s:.*)/" in others


def test_calls_behind_the_first_are_within_what_is_around_all() -> None:
    grammar = PLAIN.of(free(STOP), FORMATS["MistralAgentTemplate"])

    assert r'block: until named ("\n{\"name\": \"" named)* "\n]"' in grammar


def test_a_function_that_says_nothing_of_its_arguments_has_any() -> None:
    assert 'named_0: "f\\", \\"arguments\\": " %json {"type": "object", "x-guidance"' in PLAIN.of(
        free({"name": "f"}), HERMES
    )
    with pytest.raises(ApiError, match="beside strict functions"):
        PLAIN.of(free({"name": "f"}), CODER)


@pytest.mark.parametrize("name", ["ReactEnAgentTemplate", "Llama3AgentTemplate", "GLM4AgentTemplate"])
def test_words_that_any_text_may_have_begin_no_call_of_their_own(name: str) -> None:
    with pytest.raises(ApiError, match="words that any text may have"):
        PLAIN.of(free(STOP), FORMATS[name])


def test_the_text_of_a_token_of_its_own_is_refused_before_the_answer() -> None:
    told = {"const": "<tool_call>"}

    for constraint, where in (
        (Constraint("json", schema=told), "response_format.json_schema.schema"),
        (calls(function(a=told)), "tools.f.parameters"),
    ):
        with pytest.raises(ApiError, match="'<tool_call>' is a token of this model's own") as refused:
            MARKED.of(constraint, HERMES)
        assert (refused.value.status, refused.value.param) == (400, where)


def test_a_schema_is_told_in_words_that_are_held_to() -> None:
    grammar = PLAIN.of(Constraint("json", schema={"type": "number", "exclusiveMinimum": 0, "maximum": 0.5}), None)

    assert '%json {"type": "number", "maximum": 0.5, "minimum": 1e-15, ' in grammar
