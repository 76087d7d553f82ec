"""Calls in a conversation whose arguments are no JSON object: the text that a model wrote, in a form that ms-swift's
agent templates can show.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

_PROBE = "probe"


def shown_calls(messages: Sequence[Mapping[str, Any]], template: Any) -> list[dict[str, Any]]:
    """The messages, in which each call is one that this agent template takes; None for one that is not known."""
    return [
        _shown(dict(message), template) if message["role"] == "tool_call" else dict(message) for message in messages
    ]


def _shown(message: dict[str, Any], template: Any) -> dict[str, Any]:
    try:
        call = json.loads(message["content"])
    except RecursionError:
        return message  # an object: a text is not nested
    if not isinstance(call["arguments"], str):
        return message
    written = _as_text if _takes_text(template) else _as_object
    return message | {"content": written(call["name"], call["arguments"])}


def _takes_text(template: Any) -> bool:
    """Some templates write each argument by itself: they fail at a text, or leave it out."""
    if template is None:
        return True
    probe = {"role": "tool_call", "content": _as_text(_PROBE[:1], _PROBE)}
    try:
        return _PROBE in str(template._format_tool_calls([probe]))
    except Exception:  # whatever a template raises where it wants an object
        return False


def _as_text(name: str, arguments: str) -> str:
    """ms-swift parses arguments once more: a text that is no JSON has to be one in JSON."""
    return json.dumps({"name": name, "arguments": json.dumps(arguments)})


def _as_object(name: str, arguments: str) -> str:
    return json.dumps({"name": name, "arguments": {"arguments": arguments}}, ensure_ascii=False)
