"""Messages: OpenAI's conversation as ms-swift takes it: one system text in front, calls and their results in turn."""

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from ..errors import missing, unsupported_value, wrong_type, wrong_value
from ..fields import Fields, kind_of
from ..json_body import parsed
from ..labels import CACHE_MARKS
from .parts import read_content, read_text

_INSTRUCTIONS = ("system", "developer")
# Taken without effect: chat templates have no place for a name; the others are of earlier answers, which clients send
# back as they came.
NAME = "name"
OF_ANSWERS = frozenset({"annotations", "parsed", "reasoning_content"})
_EVERY = frozenset({"content", "role", NAME}) | CACHE_MARKS
_KNOWN = {
    **dict.fromkeys(("system", "developer", "user", "function"), _EVERY),
    "assistant": _EVERY | {"audio", "function_call", "refusal", "tool_calls"} | OF_ANSWERS,
    "tool": _EVERY | {"tool_call_id"},
}
_CALL_KNOWN = frozenset({"function", "id", "index", "type"})
_FUNCTION_KNOWN = frozenset({"arguments", "name", "parsed_arguments"})


def to_swift(messages: Sequence[Any], sees: frozenset[str], *, drop: bool = False) -> list[dict[str, Any]]:
    """ms-swift's messages. `sees` has the kinds of media that the model takes. Raises ApiError.

    Instructions in between are added to those in front: chat templates know one place for them. Behind what the
    assistant said last they are a turn of the user's: it has been said, and is not gone on from.
    """
    if not messages:
        raise wrong_value("messages", "an empty array; give one message at least.")
    instructions: list[str] = []
    last: list[str] = []  # those that no other message follows
    turns: list[dict[str, Any]] = []
    calls = _Calls()
    for message in Fields({"messages": list(messages)}, drop=drop).each("messages"):
        role = message.word("role", _KNOWN)
        message.only(_KNOWN[role])
        message.text(NAME)
        if role in _INSTRUCTIONS:
            calls.refuse_open()
            last.append(read_text(_not_empty(message)))
            continue
        instructions, last = instructions + last, []
        if role == "tool":
            turns.append(calls.answered(message))
            continue
        calls.refuse_open()
        if role == "user":
            if turns and turns[-1]["role"] == "tool":
                # Templates want the assistant's word about a result before the user's next one.
                turns.append({"role": "assistant", "content": ""})
            turns.append({"role": "user", "content": read_content(_not_empty(message), sees)})
        elif role == "assistant":
            turns += _said(message, calls)
        else:
            turns.append({"role": "tool", "content": read_text(message)})
    calls.refuse_open()
    if last and turns and turns[-1]["role"] == "assistant":
        turns.append({"role": "user", "content": "\n\n".join(last)})
    else:
        instructions += last
    system = [{"role": "system", "content": "\n\n".join(instructions)}] if instructions else []
    # A chat template has no place for instructions alone.
    turns = turns or [{"role": "user", "content": ""}]
    return system + [_without_order(turn) for turn in _in_order_of_calls(turns)]


def _not_empty(message: Fields) -> Fields:
    """An answer, or a result, may be nothing; a question is not. Raises ApiError."""
    if message.body.get("content") == []:
        raise wrong_value(message.name("content"), "an empty array; give one part at least.")
    return message


class _Calls:
    """The calls of the assistant's message that wait for their results, by their ids."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[int, str]] = {}  # where each is among the calls, and in the request

    def add(self, place: int, call: Fields) -> None:
        """Raises ApiError."""
        call_id, where = call.needed_text("id"), call.name("id")
        if call_id in self._open:
            raise wrong_value(where, f"'{call_id[:80]}' is the id of another call in this message, too.")
        self._open[call_id] = place, where

    def answered(self, result: Fields) -> dict[str, Any]:
        """A message of role `tool` as ms-swift takes it. Raises ApiError."""
        call_id, where = result.needed_text("tool_call_id"), result.name("tool_call_id")
        if call_id not in self._open:
            raise wrong_value(
                where,
                f"'{call_id[:80]}' is the id of no call in the 'tool_calls' of the assistant's message before it that "
                "has no result yet.",
            )
        return {"role": "tool", "content": read_text(result), "order": self._open.pop(call_id)[0]}

    def refuse_open(self) -> None:
        """Each has its result, before anything else is said. Raises ApiError."""
        for call_id, (_, where) in self._open.items():
            raise wrong_value(
                where,
                f"the call '{call_id[:80]}' has no result; the assistant's message must be followed by one of role "
                "'tool' with this 'tool_call_id'.",
            )


def _said(message: Fields, calls: _Calls) -> list[dict[str, Any]]:
    """What the assistant said, then each call that it made."""
    called, older = message.each("tool_calls"), message.inner("function_call")
    if message.has("audio"):
        raise unsupported_value(message.name("audio"), "is not understood here")
    turns = []
    if message.has("content") or message.has("refusal"):
        said = read_text(message) if message.has("content") else message.text("refusal")
        if said or not (called or older.body):
            turns.append({"role": "assistant", "content": said})
    elif not (called or older.body):
        raise missing(message.name("content"))
    for place, call in enumerate(called):
        if (kind := call.text("type", "function")) != "function":
            raise unsupported_value(call.name("type"), f"is '{str(kind)[:40]}', which is not there: functions are")
        call.only(_CALL_KNOWN)
        turns.append({"role": "tool_call", "content": _call(call.inner("function"))})
        calls.add(place, call)
    if older.body and not called:
        turns.append({"role": "tool_call", "content": _call(older)})
    return turns


def _call(function: Fields) -> str:
    """A call as ms-swift takes it. Arguments that are no object are the text that they are: what a model wrote, it may
    see again as it was.
    """
    function.only(_FUNCTION_KNOWN)
    name, arguments = function.needed_text("name"), function.body.get("arguments")
    if isinstance(arguments, str):
        with suppress(ValueError, RecursionError):
            value = parsed(arguments or "{}")
            if isinstance(value, dict):
                return _written(name, value)
    elif arguments is not None and not isinstance(arguments, dict):
        raise wrong_type(function.name("arguments"), "a string", kind_of(arguments))
    return _written(name, {} if arguments is None else arguments)


def _written(name: str, arguments: Any) -> str:
    return json.dumps({"name": name, "arguments": arguments}, ensure_ascii=False)


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
