"""A response as it is told: one chat completion, the whole of it, as a `response`."""

from collections.abc import Mapping
from typing import Any

from .items import (
    COMPLETED,
    INCOMPLETE,
    REASONS,
    Item,
    call_item,
    message_item,
    reasoning_item,
    reasoning_part,
    text_part,
)
from .kept import Kept, new_id


def to_response(completion: Mapping[str, Any], kept: Kept) -> dict[str, Any]:
    """`completion` is a `chat.completion` with one choice."""
    choice = completion["choices"][0]
    reason = REASONS.get(choice["finish_reason"], "")
    output = _output(choice)
    if reason and not choice["message"].get("tool_calls"):  # half a call is not told: these are whole
        output[-1]["status"] = INCOMPLETE
    status = INCOMPLETE if reason else COMPLETED
    return kept.response(status, output, usage=completion["usage"], reason=reason)


def _output(choice: Mapping[str, Any]) -> list[Item]:
    """In the order in which a model writes it. An answer of nothing is an empty message, and has no tokens."""
    message = choice["message"]
    reasoning, text, calls = (message.get(key) for key in ("reasoning_content", "content", "tool_calls"))
    logprobs = (choice.get("logprobs") or {}).get("content") or []
    output = []
    if reasoning:
        output.append(reasoning_item(new_id("rs"), COMPLETED, [reasoning_part(reasoning)]))
    if text or not (calls or reasoning):
        output.append(message_item(new_id("msg"), COMPLETED, [text_part(text or "", logprobs if text else [])]))
    for call in calls or []:
        function = call["function"]
        output.append(call_item(new_id("fc"), COMPLETED, call["id"], function["name"], function["arguments"]))
    return output
