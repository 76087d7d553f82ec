"""The input of a response as messages of a chat: items of earlier turns, calls and their results among them."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import missing, unsupported_value, wrong_type, wrong_value
from ..fields import Fields, kind_of

Message = dict[str, Any]
# With the place in the body that it came from: an item, or the text that is its content.
Placed = tuple[Message, str]

_ROLES = ("assistant", "developer", "system", "user")
_TEXTS = ("input_text", "output_text")


def read_input(fields: Fields) -> list[Placed]:
    """Raises ApiError."""
    given = fields.body.get("input")
    if given is None:
        raise missing("input")
    if isinstance(given, str):
        return [({"role": "user", "content": given}, "input")]
    if not isinstance(given, list):
        raise wrong_type("input", "a string or an array", kind_of(given))
    placed = list(_in_turns(given))
    if not placed:
        raise wrong_value("input", "it has no message; give one at least.")
    return placed


def _in_turns(items: list[Any]) -> Iterator[Placed]:
    said, call_ids = _Said(), set[str]()
    for number, item in enumerate(items):
        where = f"input[{number}]"
        if not isinstance(item, dict):
            raise wrong_type(where, "an object", kind_of(item))
        fields = Fields(item, f"{where}.")
        kind = _kind(fields)
        if kind == "function_call":
            said.calls.append((_call(fields), where))
            call_ids.add(fields.needed_text("call_id"))
        elif kind == "message" and item.get("role") == "assistant":
            said.texts.append((_message(fields), where))
        elif kind == "message":
            yield from said.taken()
            yield _message(fields), where
        elif kind == "function_call_output":
            yield from said.taken()
            yield _result(fields, call_ids), f"{where}.output"
        elif kind != "reasoning":  # what was thought carries nothing into another turn
            raise unsupported_value(f"{where}.type", f"'{kind[:40]}' is not understood here")
    yield from said.taken()


class _Said:
    """What the assistant said and called in one turn. Chats have calls in the same message as the text before them."""

    def __init__(self) -> None:
        self.texts: list[Placed] = []
        self.calls: list[Placed] = []

    def taken(self) -> list[Placed]:
        texts, calls = self.texts, self.calls
        self.texts, self.calls = [], []
        if not calls:
            return texts
        message, where = texts.pop() if texts else ({"role": "assistant", "content": None}, calls[0][1])
        return [*texts, (message | {"tool_calls": [call for call, _ in calls]}, where)]


def _kind(fields: Fields) -> str:
    """A message may leave its type out."""
    kind = fields.text("type") or ("message" if fields.has("role") else "")
    if not kind:
        raise missing(fields.name("type"))
    return kind


def _message(fields: Fields) -> Message:
    role, content = fields.word("role", _ROLES, ""), fields.body.get("content")
    if content is None:
        raise missing(fields.name("content"))
    if isinstance(content, str):
        return {"role": role, "content": content}
    if not isinstance(content, list):
        raise wrong_type(fields.name("content"), "a string or an array", kind_of(content))
    return {"role": role, "content": [_part(part, f"{fields.name('content')}[{n}]") for n, part in enumerate(content)]}


def _part(part: Any, where: str) -> dict[str, Any]:
    if not isinstance(part, dict):
        raise wrong_type(where, "an object", kind_of(part))
    fields = Fields(part, f"{where}.")
    kind = fields.needed_text("type")
    if kind in _TEXTS:
        return {"type": "text", "text": _text(fields, "text")}
    if kind == "refusal":
        return {"type": "refusal", "refusal": _text(fields, "refusal")}
    if kind == "input_image":
        return _image(fields)
    if kind == "input_audio":
        return {"type": kind, kind: fields.inner(kind).body}
    raise unsupported_value(f"{where}.type", f"'{kind[:40]}' is not understood here")


def _image(fields: Fields) -> dict[str, Any]:
    if fields.has("file_id"):
        raise unsupported_value(fields.name("file_id"), "names a file that is kept, and none is kept here")
    url: dict[str, Any] = {"url": fields.needed_text("image_url")}
    return {"type": "image_url", "image_url": url | ({"detail": fields.text("detail")} if fields.has("detail") else {})}


def _call(fields: Fields) -> dict[str, Any]:
    function = {"name": fields.needed_text("name"), "arguments": _text(fields, "arguments")}
    return {"id": fields.needed_text("call_id"), "type": "function", "function": function}


def _result(fields: Fields, call_ids: set[str]) -> Message:
    call_id, output = fields.needed_text("call_id"), fields.body.get("output")
    if call_id not in call_ids:
        raise wrong_value(fields.name("call_id"), f"'{call_id[:80]}' is the id of no 'function_call' before it.")
    if output is None:
        raise missing(fields.name("output"))
    if not isinstance(output, str | list):
        raise wrong_type(fields.name("output"), "a string or an array", kind_of(output))
    if isinstance(output, list):
        output = [_text_part(part, f"{fields.name('output')}[{place}]") for place, part in enumerate(output)]
    return {"role": "tool", "tool_call_id": call_id, "content": output}


def _text_part(part: Any, where: str) -> Mapping[str, Any]:
    told = _part(part, where)
    if told["type"] != "text":
        raise unsupported_value(f"{where}.type", "is more than text, which only messages of the user may have")
    return told


def _text(fields: Fields, key: str) -> str:
    """Needed, and may be empty."""
    text = fields.text(key)
    if text is None:
        raise missing(fields.name(key))
    return text
