"""Conversations of a record, in the one form that all of ms-swift reads: objects with role and content.

ms-swift takes most forms by itself, in `messages` alone; in other columns, and of some forms, it keeps nothing
(its dataset/preprocessor/core.py).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..unfit import Null, Unfit, shown
from .rounds import DIALOGUE, both_sides, dialogue, taking_turns
from .texts import has_text, is_part, joined, parsed
from .tool_calls import of_message

Turn = dict[str, Any]

USER = frozenset({"user", "human", "prompter"})
ANSWERING = frozenset({"assistant", "gpt", "bot", "ai", "chatgpt", "chatbot", "model", "bing", "bard", "claude"})
SYSTEM = frozenset({"system", "developer"})
CALLS = frozenset({"tool_call", "function_call"})
RESULTS = frozenset({"tool", "tool_response", "function", "function_response", "observation", "observations"})
ROLES = (
    dict.fromkeys(USER, "user")
    | dict.fromkeys(ANSWERING, "assistant")
    | dict.fromkeys(SYSTEM, "system")
    | dict.fromkeys(CALLS, "tool_call")
    | dict.fromkeys(RESULTS, "tool_response")
)
KNOWN_ROLES = frozenset(ROLES)
# Whether such a turn is of the model: its tokens are learned.
OWN = frozenset({"assistant", "tool_call"})
SAID = ("content", "value", "text")
KEPT = ("loss", "loss_scale", "tool_call_id", "name")
PLAIN_ROLES = USER | ANSWERING | {"system"}


def turns_of(value: object, column: str) -> list[Turn]:
    """The turns of a column's value: a list of messages, one message, or the text of such a list. Raises Unfit."""
    if isinstance(value, str):
        value = dialogue(value) or parsed(value)
    if isinstance(value, Mapping):
        value = [value]
    if not isinstance(value, list):
        raise Unfit(f"column {column}: {shown(value)} is no list of messages")
    value = taking_turns(value)
    turns = [turn for number, message in enumerate(value, start=1) for turn in _turns(message, column, number)]
    if any(turn["role"] == "system" for turn in turns[1:]):
        raise Unfit(f"column {column}: a message of role system comes behind another one; it has to be the first")
    return turns


def is_messages(value: object) -> bool:
    """Whether a value is meant as messages: objects, or the text of such or of a dialogue; other JSON is a text."""
    if isinstance(value, str):
        return bool(DIALOGUE.match(value)) or (value.startswith("[{") and _are_written(parsed(value)))
    return isinstance(value, Mapping) or (isinstance(value, list) and bool(value) and isinstance(value[0], Mapping))


def are_plain(messages: object) -> bool:
    """Whether nothing is wrong with them, by a fast look: texts under known roles, an answer that is not empty."""
    if type(messages) is not list:
        return False
    answered = False
    for number, message in enumerate(messages):
        if type(message) is not dict or len(message) != 2:
            return False
        role, content = message.get("role"), message.get("content")
        if role is None:
            role, content = message.get("from"), message.get("value")
        if type(content) is not str or role not in PLAIN_ROLES or (number and role == "system"):
            return False
        answered = answered or (role in ANSWERING and has_text(content))
    return answered


def end_with_answer(messages: list[Turn]) -> bool:
    """Whether plain messages end with an answer to a question."""
    last, asked = messages[-1], messages[-2] if len(messages) > 1 else {}
    return (
        last.get("role", last.get("from")) in ANSWERING
        and has_text(last.get("content", last.get("value")))
        and asked.get("role", asked.get("from")) in USER
    )


def has_answer(turns: Iterable[Turn]) -> bool:
    """Whether there is something of the model's own to learn."""
    return any(
        turn["role"] == "tool_call" or turn.get("tool_calls") or has_text(turn["content"])
        for turn in turns
        if turn["role"] in OWN and turn.get("loss") is not False
    )


def _turns(message: object, column: str, number: int) -> Iterator[Turn]:
    if not isinstance(message, Mapping):
        raise Unfit(f"column {column}, message {number}: {shown(message)} is not an object with role and content")
    said = message.get("role", message.get("from"))
    if said is None:
        pair = _old_sharegpt(message) or both_sides(message, f"column {column}, message {number}")
        if not pair:
            raise Unfit(f"column {column}, message {number}: {shown(message)} is not an object with role and content")
        yield from pair
        return
    role = ROLES.get(said.strip().lower().replace("-", "_") if isinstance(said, str) else "")
    if role is None:
        raise Unfit(f"column {column}, message {number}: unknown role {shown(said)}; use user, assistant or system")
    turn: Turn = {"role": role, "content": _content(message, role)}
    if role == "system" and turn["content"] is None:
        return  # as some write that there is none
    turn.update({name: message[name] for name in KEPT if message.get(name) is not None})
    where = f"column {column}, message {number}"
    turn.update(of_message(message, turn, where) | _weight(message, where))
    if turn["content"] is None and not turn.get("tool_calls"):
        raise Null(f"{where}: content is null")
    yield turn


def _weight(message: Mapping[str, Any], where: str) -> dict[str, bool]:
    """OpenAI's way to say which answers are learned."""
    weight = message.get("weight")
    if weight is None or "loss" in message:
        return {}
    if weight not in (0, 1):
        raise Unfit(f"{where}: weight is {shown(weight)}; it is 0 or 1")
    return {"loss": bool(weight)}


def _are_written(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(message, Mapping) and bool({"role", "from"} & message.keys()) for message in value
    )


def _old_sharegpt(message: Mapping[str, Any]) -> list[Turn]:
    found = [(role, message[name]) for name, role in ROLES.items() if role in {"user", "assistant"} and name in message]
    found.sort(key=lambda item: item[0] != "user")
    return [{"role": role, "content": content} for role, content in found if content is not None]


def _content(message: Mapping[str, Any], role: str) -> object:
    content = next((message[name] for name in SAID if message.get(name) is not None), None)
    if isinstance(content, list) and all(is_part(part) for part in content):
        return joined(content)
    if isinstance(content, (bool, int, float)) and role != "tool_call":
        return json.dumps(content)
    return content
