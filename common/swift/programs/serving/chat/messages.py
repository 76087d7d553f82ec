"""Messages: OpenAI's conversation as ms-swift takes it: one system text in front, calls and their results in turn."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from ..errors import ApiError, missing, unsupported_value, wrong_type, wrong_value
from ..fields import Fields, kind_of
from ..json_body import parsed

ROLES = ("system", "developer", "user", "assistant", "tool", "function")
_INSTRUCTIONS = ("system", "developer")
# Parts with something to look at or listen to: OpenAI's, and those of other servers.
_MEDIA = {"image_url": "image", "image": "image", "video_url": "video", "video": "video", "audio_url": "audio"}
_SOUND = "input_audio"


def to_swift(messages: Sequence[Any], sees: frozenset[str]) -> list[dict[str, Any]]:
    """ms-swift's messages. `sees` has the kinds of media that the model takes. Raises ApiError.

    Instructions in between are added to those in front: chat templates know one place for them.
    """
    if not messages:
        raise wrong_value("messages", "an empty array; give one message at least.")
    instructions: list[str] = []
    turns: list[dict[str, Any]] = []
    open_calls: dict[str, int] = {}
    for number, message in enumerate(messages):
        where = f"messages[{number}]"
        if not isinstance(message, dict):
            raise wrong_type(where, "an object", kind_of(message))
        role = Fields(message, f"{where}.").word("role", ROLES)
        if role in _INSTRUCTIONS:
            instructions.append(_text_of(message, where))
        elif role == "user":
            if turns and turns[-1]["role"] == "tool":
                # Templates want the assistant's word about a result before the user's next one.
                turns.append({"role": "assistant", "content": ""})
            turns.append({"role": "user", "content": _content(message, where, sees)})
        elif role == "assistant":
            open_calls = {}
            turns += _said(message, where, open_calls)
        else:
            turns.append(_result(message, where, role, open_calls))
    system = [{"role": "system", "content": "\n\n".join(instructions)}] if instructions else []
    # A chat template has no place for instructions alone.
    turns = turns or [{"role": "user", "content": ""}]
    return system + [_without_order(turn) for turn in _in_order_of_calls(turns)]


def _said(message: Mapping[str, Any], where: str, open_calls: dict[str, int]) -> list[dict[str, Any]]:
    """What the assistant said, then each call that it made; the ids of these go to `open_calls`, with their place."""
    fields = Fields(message, f"{where}.")
    older = fields.object("function_call")
    calls = fields.items("tool_calls") or ([{"function": older}] if older else [])
    if message.get("audio") is not None:
        raise unsupported_value(f"{where}.audio", "is not understood here")
    turns = []
    if fields.has("content") or fields.has("refusal"):
        said = _text_of(message, where) if fields.has("content") else fields.text("refusal")
        if said or not calls:
            turns.append({"role": "assistant", "content": said})
    elif not calls:
        raise missing(f"{where}.content")
    for place, call in enumerate(calls):
        call_id, content = _call(call, f"{where}.tool_calls[{place}]")
        turns.append({"role": "tool_call", "content": content})
        if call_id:
            open_calls[call_id] = place
    return turns


def _call(call: Any, where: str) -> tuple[str | None, str]:
    """A call's id, and the call as ms-swift takes it."""
    if not isinstance(call, dict):
        raise wrong_type(where, "an object", kind_of(call))
    fields = Fields(call, f"{where}.")
    function = fields.inner("function")
    name, arguments = function.needed_text("name"), function.body.get("arguments")
    if isinstance(arguments, str):
        with suppress(ValueError, RecursionError):  # what a model wrote, it may see again as it was
            return fields.text("id"), _written(name, parsed(arguments or "{}"))
    return fields.text("id"), _written(name, {} if arguments is None else arguments)


def _written(name: str, arguments: Any) -> str:
    return json.dumps({"name": name, "arguments": arguments}, ensure_ascii=False)


def _result(message: Mapping[str, Any], where: str, role: str, open_calls: Mapping[str, int]) -> dict[str, Any]:
    text = _text_of(message, where)
    if role == "function":
        return {"role": "tool", "content": text}
    call_id = Fields(message, f"{where}.").needed_text("tool_call_id")
    if call_id not in open_calls:
        raise ApiError(
            400,
            "invalid_value",
            f"Invalid value for '{where}.tool_call_id': '{call_id[:80]}' is the id of no call in the 'tool_calls' of "
            "the assistant's message before it.",
            f"{where}.tool_call_id",
        )
    return {"role": "tool", "content": text, "order": open_calls[call_id]}


def _in_order_of_calls(turns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Results in the order of their calls: chat templates know them by their place, not by an id."""
    ordered: list[dict[str, Any]] = []
    run: list[dict[str, Any]] = []
    for turn in [*turns, None]:
        if turn is not None and turn["role"] == "tool":
            run.append(turn)
            continue
        ordered += sorted(run, key=lambda result: int(result.get("order", 0)))
        run = []
        if turn is not None:
            ordered.append(turn)
    return ordered


def _without_order(turn: dict[str, Any]) -> dict[str, Any]:
    turn.pop("order", None)
    return turn


def _text_of(message: Mapping[str, Any], where: str) -> str:
    """The text of a message that has nothing but text."""
    content = message.get("content")
    kinds = [part.get("type") for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    if any(kind in (*_MEDIA, _SOUND) for kind in kinds):
        raise unsupported_value(f"{where}.content", "has more than text, which only messages of the user may have")
    return str(_content(message, where, frozenset()))


def _content(message: Mapping[str, Any], where: str, sees: frozenset[str]) -> str | list[dict[str, Any]]:
    """A text, or the parts where one of them is no text."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    if content is None:
        raise missing(f"{where}.content")
    if not isinstance(content, list):
        raise wrong_type(f"{where}.content", "a string or an array", kind_of(content))
    parts = [_part(part, f"{where}.content[{place}]", sees) for place, part in enumerate(content)]
    if all(part["type"] == "text" for part in parts):
        return "".join(part["text"] for part in parts)
    return parts


def _part(part: Any, where: str, sees: frozenset[str]) -> dict[str, Any]:
    if not isinstance(part, dict):
        raise wrong_type(where, "an object", kind_of(part))
    fields = Fields(part, f"{where}.")
    kind = fields.needed_text("type")
    if kind in ("text", "refusal"):
        text = fields.text(kind)
        if text is None:
            raise missing(f"{where}.{kind}")
        return {"type": "text", "text": text}
    if kind == _SOUND:
        sound = fields.inner(kind)
        url = f"data:audio/{sound.needed_text('format')};base64,{sound.needed_text('data')}"
        return _seen("audio", url, where, sees)
    if kind in _MEDIA:
        value = part.get(kind)
        medium = value.get("url") if isinstance(value, dict) else value
        if not isinstance(medium, str | list) or not medium:
            raise missing(f"{where}.{kind}.url")
        return _seen(_MEDIA[kind], medium, where, sees)
    raise unsupported_value(f"{where}.type", f"'{kind[:40]}' is not understood here")


def _seen(kind: str, value: Any, where: str, sees: frozenset[str]) -> dict[str, Any]:
    if kind not in sees:
        names = {"image": "pictures", "video": "videos", "audio": "sounds"}
        raise unsupported_value(where, f"is {kind} content, and this model takes no {names[kind]}")
    return {"type": kind, kind: value}
