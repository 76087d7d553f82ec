"""What a model that only repeats says, in the shapes of ms-swift's answers (its infer_engine/protocol.py)."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

# (whole answer, chunks of a stream) for (request, the model's name)
Answer = Callable[[dict[str, Any], str], tuple[dict[str, Any], list[dict[str, Any]]]]

MAX_TOKENS = 64


def chat(body: dict[str, Any], engine_name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """`<model> heard: <the last message>`, and how many pictures came with it."""
    last = body["messages"][-1]["content"]
    parts = last if isinstance(last, list) else [{"type": "text", "text": last}]
    heard = " ".join(part["text"] for part in parts if part["type"] == "text")
    pictures = sum(part["type"] == "image_url" for part in parts)
    text = f"{body['model']} heard: {heard}" + (f" and saw {pictures}" if pictures else "")
    words, reason = _limited(text, body)
    usage = _usage(sum(len(str(message["content"]).split()) for message in body["messages"]), len(words))
    head = {"model": engine_name, "id": f"chatcmpl-{uuid4().hex}", "created": int(time.time())}
    message = {"role": "assistant", "content": "".join(words), "tool_calls": None, "reasoning_content": None}
    choice = {"index": 0, "message": message, "finish_reason": reason, "logprobs": None, "token_ids": None}
    whole = head | {"object": "chat.completion", "choices": [choice], "usage": usage}
    return whole, [_chunk(head, words, place, reason, usage) for place in range(len(words))]


def completion(body: dict[str, Any], engine_name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The same for a prompt."""
    words, reason = _limited(f"{body['model']} continues: {body['prompt']}", body)
    usage = _usage(len(str(body["prompt"]).split()), len(words))
    head = {"model": engine_name, "id": f"cmpl-{uuid4().hex}", "object": "text_completion", "created": int(time.time())}
    choices = [{"index": 0, "text": "".join(words), "finish_reason": reason, "logprobs": None}]
    whole = head | {"choices": choices, "usage": usage}
    last = len(words) - 1
    chunks = [
        head
        | {"choices": [{"index": 0, "text": word, "finish_reason": reason if place == last else None}], "usage": usage}
        for place, word in enumerate(words)
    ]
    return whole, chunks


def embedding(body: dict[str, Any], engine_name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Three numbers."""
    data = [{"object": "embedding", "index": 0, "embedding": [0.1, 0.2, 0.3]}]
    usage = _usage(len(str(body["input"]).split()), 0)
    whole = {"model": engine_name, "object": "list", "data": data, "usage": usage, "id": uuid4().hex}
    return whole, [whole]


def _limited(text: str, body: dict[str, Any]) -> tuple[list[str], str]:
    limit = body.get("max_tokens") or body.get("max_completion_tokens") or MAX_TOKENS
    words = [word if place == 0 else f" {word}" for place, word in enumerate(text.split())]
    return words[:limit], "stop" if len(words) <= limit else "length"


def _usage(prompt: int, completion: int) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _chunk(head: dict[str, Any], words: list[str], place: int, reason: str, usage: dict[str, int]) -> dict[str, Any]:
    """The real one tells the usage so far in every chunk, whether it was asked to or not."""
    last = place == len(words) - 1
    delta = {"role": "assistant", "content": words[place], "tool_calls": None, "reasoning_content": None}
    choice = {"index": 0, "delta": delta, "finish_reason": reason if last else None, "logprobs": None}
    so_far = _usage(usage["prompt_tokens"], place + 1)
    return head | {"object": "chat.completion.chunk", "choices": [choice], "usage": so_far}


ROUTES: dict[str, Answer] = {
    "/v1/chat/completions": chat,
    "/v1/completions": completion,
    "/v1/embeddings": embedding,
}
NEEDED = {
    "/v1/chat/completions": {"model", "messages"},
    "/v1/completions": {"model", "prompt"},
    "/v1/embeddings": {"model", "input"},
}
