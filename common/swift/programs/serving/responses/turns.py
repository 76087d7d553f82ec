"""The input of a response as messages of a chat: items of earlier turns, calls and their results among them."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..chat.parts import DETAILS
from ..errors import missing, unsupported_value, wrong_type, wrong_value
from ..fields import Fields, kind_of
from ..labels import CACHE_MARKS

Message = dict[str, Any]
# With the place in the body that it came from: an item, or the text that is its content.
Placed = tuple[Message, str]

_ROLES = ("assistant", "developer", "system", "user")
_TEXTS = ("input_text", "output_text")
# Taken without effect: clients send items back as an answer had them.
OF_ANSWERS = frozenset({"id", "phase", "status"})
_ITEM = frozenset({"type"}) | OF_ANSWERS | CACHE_MARKS
_KNOWN = {
    "message": _ITEM | {"content", "role"},
    "function_call": _ITEM | {"arguments", "call_id", "caller", "name", "parsed_arguments"},
    "function_call_output": _ITEM | {"call_id", "caller", "name", "output"},
}
_CALLER = {"caller": ({"type": "direct"},)}  # the model itself
_PARTS = {
    "input_text": frozenset({"text"}),
    "output_text": frozenset({"annotations", "logprobs", "parsed", "text"}),
    "refusal": frozenset({"refusal"}),
    "input_image": frozenset({"detail", "file_id", "image_url"}),
    "input_audio": frozenset({"input_audio"}),
}


def read_input(fields: Fields) -> list[Placed]:
    """Raises ApiError."""
    given = fields.body.get("input")
    if given is None:
        raise missing("input")
    if isinstance(given, str):
        return [({"role": "user", "content": given}, "input")]
    if not isinstance(given, list):
        raise wrong_type("input", "a string or an array", kind_of(given))
    placed = list(_in_turns(fields.each("input")))
    if not placed:
        raise wrong_value("input", "it has no message; give one at least.")
    return placed


def _in_turns(items: list[Fields]) -> Iterator[Placed]:
    said, open_calls = _Said(), dict[str, Fields]()
    for item in items:
        kind = _kind(item)
        if kind == "reasoning":  # what was thought carries nothing into another turn
            continue
        if kind not in _KNOWN:
            known = ", ".join(sorted((*_KNOWN, "reasoning")))
            raise unsupported_value(item.name("type"), f"is '{kind[:40]}'; known here: {known}")
        item.limit(_CALLER)
        item.only(_KNOWN[kind])
        if kind == "function_call":
            said.calls.append((_call(item), item.place))
            open_calls[item.needed_text("call_id")] = item
        elif kind == "message" and item.body.get("role") == "assistant":
            said.texts.append((_message(item), item.place))
        elif kind == "message":
            _refuse_open(open_calls)
            yield from said.taken()
            yield _message(item), item.place
        else:
            yield from said.taken()
            yield _result(item, open_calls), item.name("output")
    _refuse_open(open_calls)
    yield from said.taken()


def _refuse_open(calls: Mapping[str, Fields]) -> None:
    """Each has its result, before anything else is said."""
    for call_id, call in calls.items():
        raise wrong_value(
            call.name("call_id"), f"no 'function_call_output' with this 'call_id' follows the call '{call_id[:80]}'."
        )


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
    return {"role": role, "content": [_part(part) for part in fields.each("content")]}


def _part(fields: Fields) -> dict[str, Any]:
    kind = fields.needed_text("type")
    if kind not in _PARTS:
        raise unsupported_value(fields.name("type"), f"is '{kind[:40]}'; known here: {', '.join(sorted(_PARTS))}")
    fields.only(_PARTS[kind] | CACHE_MARKS | {"type"})
    if kind in _TEXTS:
        return {"type": "text", "text": _text(fields, "text")}
    if kind == "refusal":
        return {"type": "refusal", "refusal": _text(fields, "refusal")}
    if kind == "input_image":
        return _image(fields)
    return {"type": kind, kind: fields.inner(kind).body}


def _image(fields: Fields) -> dict[str, Any]:
    if fields.has("file_id"):
        raise unsupported_value(fields.name("file_id"), "names a file that is kept, and none is kept here")
    fields.limit({"detail": DETAILS})
    return {"type": "image_url", "image_url": {"url": fields.needed_text("image_url")}}


def _call(fields: Fields) -> dict[str, Any]:
    function = {"name": fields.needed_text("name"), "arguments": _text(fields, "arguments")}
    return {"id": fields.needed_text("call_id"), "type": "function", "function": function}


def _result(fields: Fields, open_calls: dict[str, Fields]) -> Message:
    call_id, output = fields.needed_text("call_id"), fields.body.get("output")
    if open_calls.pop(call_id, None) is None:
        raise wrong_value(
            fields.name("call_id"),
            f"'{call_id[:80]}' is the id of no 'function_call' before it that has no output yet.",
        )
    if output is None:
        raise missing(fields.name("output"))
    if not isinstance(output, str | list):
        raise wrong_type(fields.name("output"), "a string or an array", kind_of(output))
    if isinstance(output, list):
        output = [_text_part(part) for part in fields.each("output")]
    return {"role": "tool", "tool_call_id": call_id, "content": output}


def _text_part(part: Fields) -> Mapping[str, Any]:
    told = _part(part)
    if told["type"] != "text":
        raise unsupported_value(part.name("type"), "is more than text, which only messages of the user may have")
    return told


def _text(fields: Fields, key: str) -> str:
    """Needed, and may be empty."""
    text = fields.text(key)
    if text is None:
        raise missing(fields.name(key))
    return text
