"""A response as it is told in a stream: chunks of a chat completion as the events of OpenAI's Responses."""

from collections.abc import Mapping
from typing import Any

from ..errors import SERVER, failed
from .items import COMPLETED, IN_PROGRESS, INCOMPLETE, REASONS, Item, Logprobs
from .kept import Kept
from .parts import Call, Growing, Message, Thought, Told

# Its name, and its data, where the name is the `type`.
Event = tuple[str, dict[str, Any]]
# What a response may fail with, of all that an error may be.
_CODES = ("rate_limit_exceeded", "server_error")


class ResponseStream:
    """`begin`, then `take` for each chunk, then `end`, or `fail` at any moment after `begin`.

    One item grows at a time: what comes for another one ends it.
    """

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._number = 0
        self._done: list[Item] = []
        self._growing: Growing | None = None
        self._calls_index = -1  # of the call that came last
        self._finish = ""
        self._usage: Mapping[str, int] | None = None

    def begin(self) -> list[Event]:
        told = self._kept.response(IN_PROGRESS)
        return [self._event(name, {"response": told}) for name in ("response.created", "response.in_progress")]

    def take(self, chunk: Mapping[str, Any]) -> list[Event]:
        """`chunk` is a `chat.completion.chunk` of an answer with one choice."""
        self._usage = chunk.get("usage") or self._usage
        return [self._event(*told) for choice in chunk["choices"] for told in self._hear(choice)]

    def end(self) -> list[Event]:
        """The chunks came to their end. Without a finish among them the answer is a part of one, and told as failed."""
        if not self._finish:
            return self.fail(failed().body())
        reason = REASONS.get(self._finish, "")
        status = INCOMPLETE if reason else COMPLETED
        events = [self._event(*told) for told in self._closed(status)]
        response = self._kept.response(status, self._done, usage=self._usage, reason=reason)
        return [*events, self._event(f"response.{status}", {"response": response})]

    def fail(self, error_body: Mapping[str, Any]) -> list[Event]:
        """`error_body` is an answer that is an error, or an event that is one, in the shape that chats have it."""
        error = error_body["error"]
        told = {key: error.get(key) for key in ("code", "message", "param")}
        output = [*self._done, self._growing.item(INCOMPLETE)] if self._growing else self._done
        reason = {"code": _code(error), "message": error["message"]}
        response = self._kept.response("failed", output, usage=self._usage, error=reason)
        return [self._event("error", told), self._event("response.failed", {"response": response})]

    def _hear(self, choice: Mapping[str, Any]) -> Told:
        delta, logprobs = choice["delta"], (choice.get("logprobs") or {}).get("content") or []
        if reasoning := delta.get("reasoning_content"):
            yield from self._think(reasoning)
        text = delta.get("content") or ""
        if text or (logprobs and isinstance(self._growing, Message)):
            yield from self._say(text, logprobs)
        for call in delta.get("tool_calls") or []:
            yield from self._call(call)
        self._finish = choice.get("finish_reason") or self._finish

    def _think(self, text: str) -> Told:
        thought = self._growing
        if not isinstance(thought, Thought):
            thought = Thought(self._next_place())
            yield from self._turn_to(thought)
        yield from thought.add(text)

    def _say(self, text: str, logprobs: Logprobs) -> Told:
        message = self._growing
        if not isinstance(message, Message):
            message = Message(self._next_place())
            yield from self._turn_to(message)
        yield from message.add(text, logprobs)

    def _call(self, delta: Mapping[str, Any]) -> Told:
        """The first part of a call has its id and its name, and those of the others only its index."""
        call, function = self._growing, delta["function"]
        if not isinstance(call, Call) or delta["index"] != self._calls_index:
            self._calls_index = delta["index"]
            call = Call(self._next_place(), delta["id"], function["name"])
            yield from self._turn_to(call)
        if arguments := function.get("arguments"):
            yield from call.add(arguments)

    def _turn_to(self, item: Growing) -> Told:
        yield from self._ended(COMPLETED)
        self._growing = item
        yield from item.begin()

    def _closed(self, status: str) -> Told:
        """An answer of nothing is an empty message."""
        if not self._done and not self._growing:
            yield from self._turn_to(Message(0))
        # Half a call is not told: one that is, is whole, whatever is cut off behind it.
        yield from self._ended(COMPLETED if isinstance(self._growing, Call) else status)

    def _ended(self, status: str) -> Told:
        if self._growing:
            yield from self._growing.end(status)
            self._done.append(self._growing.item(status))
            self._growing = None

    def _next_place(self) -> int:
        return len(self._done) + (1 if self._growing else 0)

    def _event(self, name: str, fields: Mapping[str, Any]) -> Event:
        number, self._number = self._number, self._number + 1
        return name, {"type": name, "sequence_number": number, **fields}


def _code(error: Mapping[str, Any]) -> str:
    """Of those that a response may fail with."""
    if error.get("code") in _CODES:
        return str(error["code"])
    return "server_error" if error.get("type") == SERVER else "invalid_prompt"
