"""Tools and the choice among them."""

from typing import Any

import pytest

from common.swift.programs.serving.chat.tools import Tools, read_tools
from common.swift.programs.serving.errors import ApiError
from common.swift.programs.serving.fields import Fields


def _tool(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name} | more}


WEB = {"type": "web_search"}
UNKNOWN = "unknown_parameter"
F, G = _tool("f"), _tool("g", description="d", parameters={"type": "object", "properties": {"x": {}}})
NAMED_G = {"type": "function", "function": {"name": "g"}}


def _allowed(mode: Any, *names: str) -> dict[str, Any]:
    return {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": [_tool(name) for name in names]}}


# `tool_choice`: which tools are told of, which must be called (None: no call has to be).
CHOICES: list[tuple[Any, list[str], list[str] | None]] = [
    (None, ["f", "g"], None),
    ("auto", ["f", "g"], None),
    ("none", [], None),
    ("required", ["f", "g"], ["f", "g"]),
    (NAMED_G, ["g"], ["g"]),
    (_allowed("auto", "g"), ["g"], None),
    (_allowed("required", "f"), ["f"], ["f"]),
    (_allowed("required", "g", "f"), ["f", "g"], ["f", "g"]),
]
TYPE, VALUE, MISSING, NO_VALUE = "invalid_type", "invalid_value", "missing_required_parameter", "unsupported_value"
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"tools": {}}, TYPE, "tools"), ({"tools": "f"}, TYPE, "tools"), ({"tools": ["f"]}, TYPE, "tools[0]"),
    ({"tools": [F, None]}, TYPE, "tools[1]"), ({"tools": [{}]}, MISSING, "tools[0].type"),
    ({"tools": [{"type": 5}]}, TYPE, "tools[0].type"), ({"tools": [{"type": "custom"}]}, NO_VALUE, "tools[0].type"),
    ({"tools": [{"type": "function"}]}, MISSING, "tools[0].function"),
    ({"tools": [{"type": "function", "function": "f"}]}, TYPE, "tools[0].function"),
    ({"tools": [{"type": "function", "function": {"description": "d"}}]}, MISSING, "tools[0].function.name"),
    ({"tools": [_tool("")]}, MISSING, "tools[0].function.name"),
    ({"tools": [_tool("a b")]}, VALUE, "tools[0].function.name"),
    ({"tools": [_tool("a,b")]}, VALUE, "tools[0].function.name"),
    ({"tools": [_tool("a\nb")]}, VALUE, "tools[0].function.name"),
    ({"tools": [_tool("f\n")]}, VALUE, "tools[0].function.name"),
    ({"tools": [_tool("x" * 129)]}, VALUE, "tools[0].function.name"),
    ({"tools": [{"type": "function", "function": {"name": 5}}]}, TYPE, "tools[0].function.name"),
    ({"tools": [_tool("f", parameters=[])]}, TYPE, "tools[0].function.parameters"),
    ({"tools": [_tool("f", description=5)]}, TYPE, "tools[0].function.description"),
    ({"tools": [F], "tool_choice": "any"}, VALUE, "tool_choice"),
    ({"tools": [F], "tool_choice": ""}, VALUE, "tool_choice"),
    ({"tools": [F], "tool_choice": 5}, TYPE, "tool_choice"),
    ({"tools": [F], "tool_choice": ["f"]}, TYPE, "tool_choice"),
    ({"tools": [F], "tool_choice": {}}, MISSING, "tool_choice.type"),
    ({"tools": [F], "tool_choice": {"type": "function"}}, MISSING, "tool_choice.function.name"),
    ({"tools": [F], "tool_choice": {"type": "custom", "custom": {"name": "f"}}}, NO_VALUE, "tool_choice"),
    ({"tools": [F | {"extra": 1}]}, UNKNOWN, "tools[0].extra"),
    ({"tools": [_tool("f", extra=1)]}, UNKNOWN, "tools[0].function.extra"),
    ({"tools": [_tool("f", strict="yes")]}, TYPE, "tools[0].function.strict"),
    ({"tools": [F], "tool_choice": _tool("f") | {"x": 1}}, UNKNOWN, "tool_choice.x"),
    ({"tools": [F], "tool_choice": _tool("f", x=1)}, UNKNOWN, "tool_choice.function.x"),
    ({"tools": [F], "tool_choice": _allowed("auto", "f") | {"x": 1}}, UNKNOWN, "tool_choice.x"),
    ({"tools": [F], "tool_choice": {"type": "allowed_tools", "allowed_tools": {"tools": [WEB]}}}, NO_VALUE,
     "tool_choice.allowed_tools.tools[0]"),
    ({"tools": [F], "tool_choice": NAMED_G}, VALUE, "tool_choice"),
    ({"tools": [F], "tool_choice": _allowed("auto", "g")}, VALUE, "tool_choice"),
    ({"tools": [F], "tool_choice": _allowed("all", "f")}, VALUE, "tool_choice.allowed_tools.mode"),
    ({"tools": [F], "tool_choice": _allowed("required")}, VALUE, "tool_choice.allowed_tools.tools"),
    ({"tools": [F], "tool_choice": {"type": "allowed_tools", "allowed_tools": {"tools": [5]}}}, TYPE,
     "tool_choice.allowed_tools.tools[0]"),
    ({"tools": [F], "parallel_tool_calls": "no"}, TYPE, "parallel_tool_calls"),
    ({"tool_choice": "auto"}, VALUE, "tool_choice"), ({"tool_choice": "none", "tools": None}, VALUE, "tool_choice"),
    ({"parallel_tool_calls": False}, VALUE, "parallel_tool_calls"),
    ({"tool_choice": "required"}, VALUE, "tool_choice"), ({"tool_choice": NAMED_G, "tools": []}, VALUE, "tool_choice"),
]  # fmt: skip


@pytest.mark.parametrize(("choice", "told", "forced"), CHOICES, ids=str)
def test_a_choice_says_what_may_and_what_must_be_called(choice: Any, told: list[str], forced: list[str] | None) -> None:
    tools = read_tools(Fields({"tools": [F, G], "tool_choice": choice}))

    assert [tool["function"]["name"] for tool in tools.told] == told
    if forced is None:
        assert tools.forced is None
    else:
        assert tools.forced is not None
        assert (tools.forced.kind, tools.forced.several) == ("calls", choice != NAMED_G)
        assert [function["name"] for function in tools.forced.functions] == forced


@pytest.mark.parametrize(("body", "code", "param"), WRONG, ids=str)
def test_a_wrong_tool_or_choice_is_refused_by_its_place(body: dict[str, Any], code: str, param: str) -> None:
    with pytest.raises(ApiError) as caught:
        read_tools(Fields(body))

    assert (caught.value.status, caught.value.code, caught.value.param) == (400, code, param)


@pytest.mark.parametrize("body", [{}, {"tools": None}, {"tools": []}, {"tools": [], "tool_choice": "auto"}])
def test_no_tools_are_none(body: dict[str, Any]) -> None:
    assert read_tools(Fields(body)) == Tools()


@pytest.mark.parametrize("said", [{"tool_choice": "auto"}, {"tool_choice": "none"}, {"parallel_tool_calls": True}])
def test_what_is_said_of_no_tools_may_be_dropped(said: dict[str, Any]) -> None:
    assert read_tools(Fields(said, drop=True)) == Tools()


def test_one_call_at_most_is_told_of_a_function_that_is_named() -> None:
    assert read_tools(Fields({"tools": [F, G], "tool_choice": NAMED_G})).at_most_one
    assert not read_tools(Fields({"tools": [F, G], "tool_choice": _allowed("required", "g")})).at_most_one


@pytest.mark.parametrize(
    ("choice", "barred"), [(None, set()), ("required", set()), (_allowed("auto", "g"), {"f"}), (NAMED_G, {"f"})]
)
def test_tools_that_are_not_allowed_are_known(choice: Any, barred: set[str]) -> None:
    assert read_tools(Fields({"tools": [F, G], "tool_choice": choice})).barred == barred


def test_one_call_at_most_is_asked_of_the_engine_too() -> None:
    tools = read_tools(Fields({"tools": [F], "tool_choice": "required", "parallel_tool_calls": False}))

    assert tools.at_most_one
    assert tools.forced is not None
    assert not tools.forced.several
    assert read_tools(Fields({"tools": [F], "parallel_tool_calls": False})).at_most_one
    assert not read_tools(Fields({"tools": [F], "parallel_tool_calls": True})).at_most_one


def test_a_tool_is_told_with_what_chat_templates_look_for() -> None:
    told = read_tools(Fields({"tools": [F | {"cache_control": {}}, G]})).told

    assert told == (_tool("f", description="", parameters={"type": "object", "properties": {}}), G)


@pytest.mark.parametrize("choice", [None, "auto", _allowed("auto", "f", "g")])
def test_a_strict_function_says_what_calls_have_to_be(choice: Any) -> None:
    strict = _tool("g", strict=True, parameters={"type": "object", "properties": {"x": {}}})

    held = read_tools(Fields({"tools": [F, strict], "tool_choice": choice})).strict

    assert held is not None
    assert (held.kind, [function["name"] for function in held.functions]) == ("free", ["f", "g"])
    assert [function.get("parameters") for function in held.functions] == [None, strict["function"]["parameters"]]
    assert read_tools(Fields({"tools": [F, _tool("g", strict=False)], "tool_choice": choice})).strict is None
    assert read_tools(Fields({"tools": [strict], "tool_choice": "none"})).strict is None
    assert read_tools(Fields({"tools": [strict], "tool_choice": "required"})).strict is None


# What is chosen where tools that are no functions are dropped: which are told of, which must be called.
LEFT: list[tuple[list[Any], Any, list[str], list[str] | None]] = [
    ([WEB, F], None, ["f"], None),
    ([WEB, F], "required", ["f"], ["f"]),
    ([{"type": "custom", "custom": {"name": "c"}}, F], {"type": "custom", "custom": {"name": "c"}}, ["f"], None),
    ([WEB], "required", [], None),
    ([WEB], WEB, [], None),
    ([WEB, F, G], {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [WEB, G]}}, ["g"], ["g"]),
    ([WEB, F], {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [WEB]}}, [], None),
    ([_tool("f", extra=1)], None, ["f"], None),
]


@pytest.mark.parametrize(("given", "choice", "told", "forced"), LEFT, ids=str)
def test_tools_that_are_no_functions_may_be_dropped(
    given: list[Any], choice: Any, told: list[str], forced: list[str] | None
) -> None:
    body = {"tools": given, "tool_choice": choice}

    tools = read_tools(Fields(body, drop=True))

    assert [tool["function"]["name"] for tool in tools.told] == told
    assert (tools.forced and [function["name"] for function in tools.forced.functions]) == forced
    with pytest.raises(ApiError):
        read_tools(Fields(body))


def test_a_tool_that_is_wrong_is_not_dropped() -> None:
    for body in ({"tools": [_tool("a b")]}, {"tools": [F], "tool_choice": NAMED_G}):
        with pytest.raises(ApiError):
            read_tools(Fields(body, drop=True))


@pytest.mark.parametrize(
    ("choice", "is_named"),
    [(None, False), ("required", False), (NAMED_G, True), (_allowed("required", "g"), False)],
)
def test_a_choice_of_one_function_is_known(choice: Any, is_named: bool) -> None:
    assert read_tools(Fields({"tools": [F, G], "tool_choice": choice})).is_named is is_named


@pytest.mark.parametrize("kind", ["string", "array", ["object", "null"]])
def test_arguments_of_a_call_that_is_forced_are_an_object(kind: Any) -> None:
    other = {"type": "function", "function": {"name": "h", "parameters": {"type": kind}}}

    with pytest.raises(ApiError, match="'object'") as refused:
        read_tools(Fields({"tools": [F, other], "tool_choice": "required"}))

    assert (refused.value.status, refused.value.param) == (400, "tools[1].function.parameters")
    assert len(read_tools(Fields({"tools": [F, other]})).told) == 2
