"""What is kept of a request until its answer is told: the fields that a response has again, and where errors belong."""

import re
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import ApiError

# A chat's names, and those of a response: in there less is nested.
_NAMES = (
    (r"messages$", "input"),
    (r"logprobs$", "include"),
    (r"max_completion_tokens$", "max_output_tokens"),
    (r"response_format(\.json_schema)?", "text.format"),
    (r"(tools\[\d+\]|tool_choice)\.function", r"\1"),
    (r"tool_choice\.allowed_tools", "tool_choice"),
)
_MESSAGE = re.compile(r"messages\[(\d+)\](.*)")


def new_id(prefix: str) -> str:
    return f"{prefix}_{uuid.uuid4().hex}"


@dataclass(frozen=True, slots=True)
class Kept:
    """`echo` has the fields of the request as a response tells them; `places`, for each message of the chat, what
    it came from: an item, or the text that is its content.
    """

    model: str
    echo: Mapping[str, Any]
    places: tuple[str, ...]
    id: str = field(default_factory=lambda: new_id("resp"))
    created_at: int = field(default_factory=lambda: int(time.time()))

    def response(
        self,
        status: str,
        output: Sequence[Mapping[str, Any]] = (),
        *,
        usage: Mapping[str, int] | None = None,
        reason: str = "",
        error: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """A `response`. `reason`: why it is incomplete. `usage` is that of a chat completion."""
        return {
            "id": self.id,
            "object": "response",
            "created_at": self.created_at,
            "status": status,
            "access_programs": None,
            "background": False,
            "completed_at": int(time.time()) if status == "completed" else None,
            "error": error,
            "incomplete_details": {"reason": reason} if reason else None,
            "max_tool_calls": None,
            "model": self.model,
            "output": list(output),
            "previous_response_id": None,
            "reasoning": {"effort": None, "summary": None},
            "service_tier": "default",
            "store": False,
            "truncation": "disabled",
            "usage": _usage(usage) if usage else None,
            **self.echo,
        }

    def named(self, error: ApiError) -> ApiError:
        """An error about the chat completion in the words of the request that it was made of."""
        name = self._name(error.param) if error.param else None
        if not error.param or not name or name == error.param:
            return error
        return ApiError(error.status, error.code, error.message.replace(error.param, name), name)

    def _name(self, param: str) -> str:
        if found := _MESSAGE.fullmatch(param):
            return _within(self.places[int(found[1])], found[2])
        return next((re.sub(old, new, param) for old, new in _NAMES if re.match(old, param)), param)


def _within(place: str, rest: str) -> str:
    """A place within a message of the chat, as one within what the message came from."""
    if rest == ".tool_call_id":
        return f"{place.removesuffix('.output')}.call_id"
    return f"{place}{rest}" if place.endswith("]") else f"{place}{rest.removeprefix('.content')}"


def _usage(usage: Mapping[str, Any]) -> dict[str, Any]:
    of_prompt, of_answer = usage.get("prompt_tokens_details") or {}, usage.get("completion_tokens_details") or {}
    return {
        "input_tokens": usage["prompt_tokens"],
        "input_tokens_details": {"cached_tokens": of_prompt.get("cached_tokens") or 0, "cache_write_tokens": 0},
        "output_tokens": usage["completion_tokens"],
        "output_tokens_details": {"reasoning_tokens": of_answer.get("reasoning_tokens") or 0},
        "total_tokens": usage["total_tokens"],
    }
