"""Calls of tools in a message. ms-swift drops a row in which the arguments of one are an empty text."""

from collections.abc import Mapping
from typing import Any

from ..unfit import BadCall, shown
from .texts import parsed


def of_message(message: Mapping[str, Any], turn: Mapping[str, Any], where: str) -> dict[str, Any]:
    """What the turn has of calls, in the form of OpenAI's; nothing where the message calls nothing. Raises Unfit."""
    if turn["role"] == "tool_call":
        return {"content": _written_call(turn["content"], where)}
    if turn["role"] != "assistant":
        return {}
    calls = message.get("tool_calls")
    if not calls and message.get("function_call"):  # OpenAI's form before there were several
        calls = [{"function": message["function_call"]}]
    if not calls:
        return {}
    if not isinstance(calls, list):
        raise BadCall(f"{where}: {shown(calls)} is no list of calls")
    return {"tool_calls": [_call(call, where) for call in calls]}


def _call(call: object, where: str) -> dict[str, Any]:
    function = call.get("function") or call if isinstance(call, Mapping) else None
    if not isinstance(call, Mapping) or not isinstance(function, Mapping) or not function.get("name"):
        raise BadCall(f"{where}: {shown(call)} is no call of a tool with a name")
    arguments = _arguments(function.get("arguments"), str(function["name"]), where)
    return {"id": call.get("id"), "type": "function", "function": {"name": function["name"], "arguments": arguments}}


def _written_call(content: object, where: str) -> object:
    call = parsed(content) if isinstance(content, str) else content
    if not isinstance(call, Mapping) or not call.get("name"):
        raise BadCall(f"{where}: {shown(content)} is no call of a tool as JSON with name and arguments")
    given = call.get("arguments", call.get("parameters"))
    arguments = _arguments(given, str(call["name"]), where)
    if isinstance(content, str) and given == arguments:
        return content
    return {"name": call["name"], "arguments": arguments}


def _arguments(value: object, name: str, where: str) -> object:
    """As an object. No arguments, an empty text included, are an empty object."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return {}
    found = parsed(value) if isinstance(value, str) else value
    if not isinstance(found, Mapping):
        raise BadCall(f"{where}: the arguments of {name} are no JSON object: {shown(value)}")
    return found
