"""The items of a response's output, and the parts of their content, in OpenAI's shape."""

from collections.abc import Mapping, Sequence
from typing import Any

Item = dict[str, Any]
Logprobs = Sequence[Mapping[str, Any]]  # of a chat completion's tokens

COMPLETED, IN_PROGRESS, INCOMPLETE = "completed", "in_progress", "incomplete"
# Why a chat completion ended, where the answer is not whole.
REASONS = {"length": "max_output_tokens", "content_filter": "content_filter"}


def message_item(id: str, status: str, parts: Sequence[Item]) -> Item:
    return {"id": id, "type": "message", "role": "assistant", "status": status, "content": list(parts)}


def text_part(text: str = "", logprobs: Logprobs = ()) -> Item:
    told = [_token(each) | {"top_logprobs": [_token(likely) for likely in each["top_logprobs"]]} for each in logprobs]
    return {"type": "output_text", "annotations": [], "logprobs": told, "text": text}


def call_item(id: str, status: str, call_id: str, name: str, arguments: str) -> Item:
    return {
        "id": id,
        "type": "function_call",
        "status": status,
        "call_id": call_id,
        "name": name,
        "arguments": arguments,
    }


def reasoning_item(id: str, status: str, parts: Sequence[Item]) -> Item:
    return {"id": id, "type": "reasoning", "status": status, "summary": [], "content": list(parts)}


def reasoning_part(text: str = "") -> Item:
    return {"type": "reasoning_text", "text": text}


def logprobs_in_event(logprobs: Logprobs) -> list[Item]:
    """As events tell them: without bytes."""
    return [
        _in_event(each) | {"top_logprobs": [_in_event(likely) for likely in each["top_logprobs"]]} for each in logprobs
    ]


def _token(token: Mapping[str, Any]) -> Item:
    return {"token": token["token"], "logprob": token["logprob"], "bytes": token.get("bytes") or []}


def _in_event(token: Mapping[str, Any]) -> Item:
    return {"token": token["token"], "logprob": token["logprob"]}
