"""Functions that a model may call: `tools` and `tool_choice` as responses have them (flat), and as chats have them."""

from typing import Any

from ..errors import missing, unsupported_value, wrong_type, wrong_value
from ..fields import Fields, kind_of

Tool = dict[str, Any]

_WORDS = ("auto", "none", "required")
_KNOWN = frozenset({"description", "name", "parameters", "strict", "type"})
_REFUSED = {
    "async": "is not honoured by any back end",
    "defer_loading": "is a service of OpenAI's",
    "output_schema": "is not honoured by any back end",
}
_LIMITED: dict[str, tuple[Any, ...]] = {"allowed_callers": (["direct"],)}


def read_functions(fields: Fields, *, drop: bool) -> list[Tool]:
    """Flat, with all that an answer tells of them. Tools that are no functions are refused, or left out by `drop`.
    Raises ApiError.
    """
    functions = []
    for place, tool in enumerate(fields.items("tools") or []):
        where = f"tools[{place}]"
        if not isinstance(tool, dict):
            raise wrong_type(where, "an object", kind_of(tool))
        inner = Fields(tool, f"{where}.")
        if (kind := inner.needed_text("type")) == "function":
            functions.append(_function(inner, drop=drop))
        elif not drop:
            raise unsupported_value(f"{where}.type", f"'{kind[:40]}' is not there: functions are")
    return functions


def in_chat(function: Tool) -> Tool:
    """A function in the shape of chat completions."""
    told = {key: value for key, value in function.items() if key != "type" and value is not None}
    return {"type": "function", "function": told}


def read_choice(fields: Fields) -> Any:
    """Flat; None where nothing is said. Raises ApiError."""
    choice = fields.body.get("tool_choice")
    if choice is None:
        return None
    if isinstance(choice, str):
        return fields.word("tool_choice", _WORDS, "auto")
    if not isinstance(choice, dict):
        raise wrong_type("tool_choice", "a string or an object", kind_of(choice))
    inner = fields.inner("tool_choice")
    if inner.needed_text("type") != "allowed_tools":
        return _named(inner)
    tools = inner.items("tools")
    if not tools:
        raise missing(inner.name("tools"))
    allowed = [_allowed(tool, f"{inner.name('tools')}[{place}]") for place, tool in enumerate(tools)]
    return {"type": "allowed_tools", "mode": inner.word("mode", ("auto", "required"), ""), "tools": allowed}


def choice_in_chat(choice: Any) -> Any:
    """A choice in the shape of chat completions."""
    if isinstance(choice, str):
        return choice
    if choice["type"] == "function":
        return _named_in_chat(choice)
    allowed = {"mode": choice["mode"], "tools": [_named_in_chat(tool) for tool in choice["tools"]]}
    return {"type": "allowed_tools", "allowed_tools": allowed}


def _function(fields: Fields, *, drop: bool) -> Tool:
    fields.refuse(_REFUSED, drop=drop)
    fields.limit(_LIMITED, drop=drop)
    fields.only(_KNOWN | _REFUSED.keys() | _LIMITED.keys(), drop=drop)
    return {
        "type": "function",
        "name": fields.needed_text("name"),
        "description": fields.text("description"),
        "parameters": fields.object("parameters"),
        "strict": fields.flag("strict"),
    }


def _allowed(tool: Any, where: str) -> Tool:
    if not isinstance(tool, dict):
        raise wrong_type(where, "an object", kind_of(tool))
    return _named(Fields(tool, f"{where}."))


def _named(fields: Fields) -> Tool:
    kind = fields.needed_text("type")
    if kind in _WORDS:
        raise wrong_value(fields.name("type"), f"'{kind}' is a choice by itself, not the type of one.")
    if kind != "function":
        raise unsupported_value(fields.name("type"), f"'{kind[:40]}' is not there: functions are")
    return {"type": "function", "name": fields.needed_text("name")}


def _named_in_chat(tool: Tool) -> Tool:
    return {"type": "function", "function": {"name": tool["name"]}}
