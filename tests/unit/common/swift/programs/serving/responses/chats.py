"""Chat completions, whole and in chunks, as the model server tells them."""

from collections.abc import Sequence
from typing import Any

USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Ulm"}'}}
TOKENS = [
    {
        "token": "Hi",
        "logprob": -0.5,
        "bytes": [72, 105],
        "top_logprobs": [{"token": "Hi", "logprob": -0.5, "bytes": [72, 105]}],
    }
]


def whole(
    text: str | None = "Hi",
    *,
    calls: Sequence[Any] = (),
    reasoning: str = "",
    finish: str = "stop",
    logprobs: Sequence[Any] | None = None,
) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    if calls:
        message["tool_calls"] = list(calls)
    if reasoning:
        message["reasoning_content"] = reasoning
    told = None if logprobs is None else {"content": list(logprobs), "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": told, "finish_reason": finish}
    return _head("chat.completion") | {"choices": [choice], "usage": USAGE}


def chunk(finish: str | None = None, logprobs: Sequence[Any] | None = None, **delta: Any) -> dict[str, Any]:
    told = None if logprobs is None else {"content": list(logprobs), "refusal": None}
    choice = {"index": 0, "delta": delta, "logprobs": told, "finish_reason": finish}
    return _head("chat.completion.chunk") | {"choices": [choice], "usage": None}


def chunked(
    *texts: str, calls: Sequence[Any] = (), reasoning: Sequence[str] = (), finish: str = "stop"
) -> list[dict[str, Any]]:
    """A stream with its role first, its finish and its usage last."""
    chunks = [chunk(role="assistant", content="", refusal=None)]
    chunks += [chunk(reasoning_content=text) for text in reasoning]
    chunks += [chunk(content=text) for text in texts]
    if calls:
        chunks.append(chunk(tool_calls=[{"index": place} | call for place, call in enumerate(calls)]))
    return [*chunks, chunk(finish), _head("chat.completion.chunk") | {"choices": [], "usage": USAGE}]


def _head(kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": "bot", "system_fingerprint": "fp_1"}
