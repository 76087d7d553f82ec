"""Tools: which functions a model may call, and whether it has to; `tools`, `tool_choice` and `parallel_tool_calls`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..ask import Constraint
from ..errors import missing, unsupported_value, wrong_type, wrong_value
from ..fields import Fields, kind_of
from ..labels import CACHE_MARKS

_WORDS = ("none", "auto", "required")
# OpenAI takes 64 of a-z, A-Z, 0-9, `_` and `-`: those of tool servers have dots, and people write in other letters.
_NAME = re.compile(r"[\w.:/-]{1,128}")

Tool = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tools:
    """`told` are those that the prompt tells of. `forced`: what the answer has to be; `strict`: what calls have to be
    that it may have. `at_most_one` call counts, and none of those that the choice `barred`. `is_named`: the choice is
    one function, whose call ends with `stop` in OpenAI's answers.
    """

    told: tuple[Tool, ...] = ()
    forced: Constraint | None = None
    strict: Constraint | None = None
    at_most_one: bool = False
    barred: frozenset[str] = frozenset()
    is_named: bool = False


def read_tools(fields: Fields) -> Tools:
    """Raises ApiError."""
    _refuse_alone(fields)
    given = fields.each("tools")
    functions = [tool for tool in given if _is_function(tool, "type")]
    told = [_tool(tool) for tool in functions]
    strict = {tool["function"]["name"] for tool, asked in zip(told, functions, strict=True) if _is_strict(asked)}
    several = fields.flag("parallel_tool_calls", default=True)
    choice = fields.body.get("tool_choice")
    if isinstance(choice, str) and choice not in _WORDS:
        raise wrong_value("tool_choice", f"'{choice[:40]}'; allowed: {', '.join(_WORDS)}, or an object.")
    if choice == "none":
        return Tools()
    if choice is None or choice == "auto" or (given and not told):
        return Tools(tuple(told), strict=_strict(told, strict), at_most_one=not several)
    if not told:
        raise wrong_value("tool_choice", "it is only allowed where 'tools' are given.")
    chosen, is_forced = _chosen(fields, told)
    if is_forced:
        _refuse_no_objects(chosen, told, functions)
    is_named = isinstance(choice, dict) and choice["type"] == "function"
    several = several and not is_named  # as OpenAI has it
    forced = Constraint("calls", functions=tuple(tool["function"] for tool in chosen), several=several)
    barred = frozenset(tool["function"]["name"] for tool in told if tool not in chosen)
    if not is_forced:
        return Tools(tuple(chosen), strict=_strict(chosen, strict), at_most_one=not several, barred=barred)
    return Tools(tuple(chosen), forced, at_most_one=not several, barred=barred, is_named=is_named)


def _refuse_alone(fields: Fields) -> None:
    """What is said of tools, where there are none."""
    for name in ("tool_choice", "parallel_tool_calls"):
        if fields.has(name) and not fields.has("tools") and not fields.drop:
            raise wrong_value(name, "it is only allowed where 'tools' are given.")


def _chosen(fields: Fields, told: list[Tool]) -> tuple[list[Tool], bool]:
    """The tools, and whether one of them has to be called. A choice of what was dropped is none."""
    value = fields.body["tool_choice"]
    if value == "required":
        return told, True
    if not isinstance(value, dict):
        raise wrong_type("tool_choice", "a string or an object", kind_of(value))
    choice = fields.inner("tool_choice")
    if choice.needed_text("type") == "allowed_tools":
        choice.only({"allowed_tools", "type"})
        allowed = choice.inner("allowed_tools")
        allowed.only({"mode", "tools"})
        named = allowed.each("tools")
        if not named:
            raise wrong_value(allowed.name("tools"), "none; name one at least.")
        names = [_named(each) for each in named if _is_function(each)]
        is_forced = allowed.word("mode", ("auto", "required"), "auto") == "required"
        return _of(names, told), is_forced and bool(names)
    return (_of([_named(choice)], told), True) if _is_function(choice) else (told, False)


def _is_function(tool: Fields, param: str = "") -> bool:
    """Raises ApiError for a tool of another type, unless it is to be dropped."""
    kind = tool.needed_text("type")
    if kind != "function" and not tool.drop:
        where = tool.name(param) if param else tool.place
        raise unsupported_value(where, f"is of type '{kind[:40]}', which is not there: functions are")
    return kind == "function"


def _named(choice: Fields) -> str:
    choice.only({"function", "type"})
    function = choice.inner("function")
    function.only({"name"})
    return function.needed_text("name")


def _of(names: list[str], told: list[Tool]) -> list[Tool]:
    for name in names:
        if all(tool["function"]["name"] != name for tool in told):
            raise wrong_value("tool_choice", f"the function '{name[:80]}' is in none of the 'tools'.")
    return [tool for tool in told if tool["function"]["name"] in names]


def _refuse_no_objects(chosen: list[Tool], told: list[Tool], asked: list[Fields]) -> None:
    for tool, given in zip(told, asked, strict=True):
        kind = (tool["function"].get("parameters") or {}).get("type", "object")
        if tool in chosen and kind not in ("object", ["object"]):
            where = given.inner("function").name("parameters")
            raise wrong_value(where, "its 'type' has to be 'object' where the function has to be called.")


def _is_strict(tool: Fields) -> bool:
    return tool.inner("function").flag("strict")


def _strict(told: list[Tool], names: set[str]) -> Constraint | None:
    """Of calls that need not be made; a function that is not strict says nothing of its arguments."""
    functions = [tool["function"] for tool in told]
    said = tuple(
        {key: value for key, value in function.items() if key != "parameters" or function["name"] in names}
        for function in functions
    )
    return Constraint("free", functions=said) if any("parameters" in function for function in said) else None


def _tool(tool: Fields) -> Tool:
    tool.only({"function", "type", *CACHE_MARKS})
    function = tool.inner("function")
    if not function.body:
        raise missing(tool.name("function"))
    function.only({"description", "name", "parameters", "strict"})
    name = function.needed_text("name")
    if not _NAME.fullmatch(name):
        raise wrong_value(
            function.name("name"), f"'{name[:80]}'; up to 128 letters, digits and '_', '-', '.', ':', '/'."
        )
    parameters: Mapping[str, Any] = function.object("parameters") or {"type": "object", "properties": {}}
    # Some chat templates stumble over a function without a description.
    return {
        "type": "function",
        "function": {
            "name": name,
            "description": function.text("description") or "",
            "parameters": dict(parameters),
        },
    }
