"""Functions that a model may call: `tools` and `tool_choice` as responses have them (flat), and as chats have them."""

from typing import Any

from ..errors import missing, unsupported_value, wrong_type, wrong_value
from ..fields import Fields, kind_of
from ..labels import CACHE_MARKS

Tool = dict[str, Any]

_WORDS = ("auto", "none", "required")
_KNOWN = frozenset({"description", "name", "parameters", "strict", "type"}) | CACHE_MARKS
_REFUSED = {
    "async": "is not honoured by any back end",
    "defer_loading": "is a service of OpenAI's",
    "output_schema": "is not honoured by any back end",
}
_LIMITED: dict[str, tuple[Any, ...]] = {"allowed_callers": (["direct"],)}


def read_functions(fields: Fields) -> list[Tool]:
    """Flat, with all that an answer tells of them. Tools that are no functions are refused, or dropped.
    Raises ApiError.
    """
    return [_function(tool) for tool in fields.each("tools") if _is_function(tool)]


def in_chat(function: Tool) -> Tool:
    """A function in the shape of chat completions."""
    told = {key: value for key, value in function.items() if key != "type" and value is not None}
    return {"type": "function", "function": told}


def read_choice(fields: Fields) -> Any:
    """Flat; None where nothing is said, or where what was chosen is dropped. Raises ApiError."""
    choice = fields.body.get("tool_choice")
    if choice is None:
        return None
    if isinstance(choice, str):
        return fields.word("tool_choice", _WORDS, "auto")
    if not isinstance(choice, dict):
        raise wrong_type("tool_choice", "a string or an object", kind_of(choice))
    inner = fields.inner("tool_choice")
    if inner.needed_text("type") != "allowed_tools":
        return _named(inner) if _is_function(inner) else None
    inner.only({"mode", "tools", "type"})
    tools = inner.each("tools")
    if not tools:
        raise missing(inner.name("tools"))
    mode, allowed = inner.word("mode", ("auto", "required"), ""), [_named(tool) for tool in tools if _is_function(tool)]
    return {"type": "allowed_tools", "mode": mode, "tools": allowed} if allowed else "none"


def choice_in_chat(choice: Any) -> Any:
    """A choice in the shape of chat completions."""
    if isinstance(choice, str):
        return choice
    if choice["type"] == "function":
        return _named_in_chat(choice)
    allowed = {"mode": choice["mode"], "tools": [_named_in_chat(tool) for tool in choice["tools"]]}
    return {"type": "allowed_tools", "allowed_tools": allowed}


def _is_function(tool: Fields) -> bool:
    """Raises ApiError for a tool of another type, unless it is to be dropped."""
    kind = tool.needed_text("type")
    if kind in _WORDS:
        raise wrong_value(tool.name("type"), f"'{kind}' is a choice by itself, not the type of one.")
    if kind != "function" and not tool.drop:
        raise unsupported_value(tool.name("type"), f"'{kind[:40]}' is not there: functions are")
    return kind == "function"


def _function(fields: Fields) -> Tool:
    fields.refuse(_REFUSED)
    fields.limit(_LIMITED)
    fields.only(_KNOWN | _REFUSED.keys() | _LIMITED.keys())
    return {
        "type": "function",
        "name": fields.needed_text("name"),
        "description": fields.text("description"),
        "parameters": fields.object("parameters"),
        "strict": fields.flag("strict"),
    }


def _named(fields: Fields) -> Tool:
    fields.only({"name", "type"})
    return {"type": "function", "name": fields.needed_text("name")}


def _named_in_chat(tool: Tool) -> Tool:
    return {"type": "function", "function": {"name": tool["name"]}}
