"""Tools: which functions a model may call, and whether it has to; `tools`, `tool_choice` and `parallel_tool_calls`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..ask import Constraint
from ..errors import missing, unsupported_value, wrong_type, wrong_value
from ..fields import Fields, kind_of

_WORDS = ("none", "auto", "required")
# OpenAI takes 64 of a-z, A-Z, 0-9, `_` and `-`: those of tool servers have dots, and people write in other letters.
_NAME = re.compile(r"[\w.:/-]{1,128}")


@dataclass(frozen=True, slots=True)
class Tools:
    """`told` are those that the prompt tells of. `forced`: what the answer has to be. `at_most_one` call counts."""

    told: tuple[dict[str, Any], ...] = ()
    forced: Constraint | None = None
    at_most_one: bool = False


def read_tools(fields: Fields) -> Tools:
    """Raises ApiError."""
    told = [_tool(tool, f"tools[{place}]") for place, tool in enumerate(fields.items("tools") or [])]
    several = fields.flag("parallel_tool_calls", default=True)
    choice = fields.body.get("tool_choice")
    if choice is None or choice in ("auto", "none"):
        return Tools() if choice == "none" else Tools(tuple(told), at_most_one=not several)
    if isinstance(choice, str) and choice not in _WORDS:
        raise wrong_value("tool_choice", f"'{choice[:40]}'; allowed: {', '.join(_WORDS)}, or an object.")
    if not told:
        raise wrong_value("tool_choice", "it is only allowed where 'tools' are given.")
    chosen, is_forced = _chosen(choice, told)
    forced = Constraint("calls", functions=tuple(tool["function"] for tool in chosen), several=several)
    return Tools(tuple(chosen), forced if is_forced else None, at_most_one=not several)


def _chosen(choice: Any, told: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], bool]:
    if choice == "required":
        return told, True
    if not isinstance(choice, dict):
        raise wrong_type("tool_choice", "a string or an object", kind_of(choice))
    kind = Fields(choice, "tool_choice.").needed_text("type")
    if kind == "allowed_tools":
        allowed = Fields(choice, "tool_choice.").inner("allowed_tools")
        names = [_named(each, "tool_choice.allowed_tools.tools") for each in allowed.items("tools") or []]
        if not names:
            raise wrong_value("tool_choice.allowed_tools.tools", "none; name one at least.")
        return _of(names, told), allowed.word("mode", ("auto", "required"), "auto") == "required"
    return _of([_named(choice, "tool_choice")], told), True


def _named(choice: Any, where: str) -> str:
    if not isinstance(choice, dict) or choice.get("type") != "function":
        raise unsupported_value(where, "names something other than a function")
    return Fields(choice, f"{where}.").inner("function").needed_text("name")


def _of(names: list[str], told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for name in names:
        if all(tool["function"]["name"] != name for tool in told):
            raise wrong_value("tool_choice", f"the function '{name[:80]}' is in none of the 'tools'.")
    return [tool for tool in told if tool["function"]["name"] in names]


def _tool(tool: Any, where: str) -> dict[str, Any]:
    if not isinstance(tool, dict):
        raise wrong_type(where, "an object", kind_of(tool))
    kind = Fields(tool, f"{where}.").needed_text("type")
    if kind != "function":
        raise unsupported_value(f"{where}.type", f"'{kind[:40]}' is not there: functions are")
    function = Fields(tool, f"{where}.").inner("function")
    if not function.body:
        raise missing(f"{where}.function")
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
