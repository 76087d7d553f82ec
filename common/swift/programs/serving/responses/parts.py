"""The items of a streamed response while they grow. Each tells what happens to it: names of events and their fields."""

from collections.abc import Iterator
from typing import Any, Protocol

from .items import (
    IN_PROGRESS,
    Item,
    Logprobs,
    call_item,
    logprobs_in_event,
    message_item,
    reasoning_item,
    reasoning_part,
    text_part,
)
from .kept import new_id

Told = Iterator[tuple[str, dict[str, Any]]]


class Growing(Protocol):
    """One item of the output."""

    def begin(self) -> Told:
        """It is there, with nothing in it."""

    def end(self, status: str) -> Told:
        """Nothing more comes."""

    def item(self, status: str) -> Item:
        """All that it is so far."""


class Message:
    """What a model says."""

    def __init__(self, place: int) -> None:
        self._id, self._place = new_id("msg"), place
        self._at = {"item_id": self._id, "output_index": place, "content_index": 0}
        self._text: list[str] = []
        self._logprobs: list[Any] = []

    def begin(self) -> Told:
        yield _added(message_item(self._id, IN_PROGRESS, []), self._place)
        yield "response.content_part.added", {**self._at, "part": text_part()}

    def add(self, text: str, logprobs: Logprobs) -> Told:
        self._text.append(text)
        self._logprobs += logprobs
        yield "response.output_text.delta", {**self._at, "delta": text, "logprobs": logprobs_in_event(logprobs)}

    def end(self, status: str) -> Told:
        part, logprobs = self._part(), logprobs_in_event(self._logprobs)
        yield "response.output_text.done", {**self._at, "text": part["text"], "logprobs": logprobs}
        yield "response.content_part.done", {**self._at, "part": part}
        yield _done(self.item(status), self._place)

    def item(self, status: str) -> Item:
        return message_item(self._id, status, [self._part()])

    def _part(self) -> Item:
        return text_part("".join(self._text), self._logprobs)


class Thought:
    """What a model thinks before it says something."""

    def __init__(self, place: int) -> None:
        self._id, self._place = new_id("rs"), place
        self._at = {"item_id": self._id, "output_index": place, "content_index": 0}
        self._text: list[str] = []

    def begin(self) -> Told:
        yield _added(reasoning_item(self._id, IN_PROGRESS, []), self._place)
        yield "response.content_part.added", {**self._at, "part": reasoning_part()}

    def add(self, text: str) -> Told:
        self._text.append(text)
        yield "response.reasoning_text.delta", {**self._at, "delta": text}

    def end(self, status: str) -> Told:
        text = "".join(self._text)
        yield "response.reasoning_text.done", {**self._at, "text": text}
        yield "response.content_part.done", {**self._at, "part": reasoning_part(text)}
        yield _done(self.item(status), self._place)

    def item(self, status: str) -> Item:
        return reasoning_item(self._id, status, [reasoning_part("".join(self._text))])


class Call:
    """A call of a function."""

    def __init__(self, place: int, call_id: str, name: str) -> None:
        self._id, self._place, self._call_id, self._name = new_id("fc"), place, call_id, name
        self._at = {"item_id": self._id, "output_index": place}
        self._arguments: list[str] = []

    def begin(self) -> Told:
        yield _added(self.item(IN_PROGRESS), self._place)

    def add(self, arguments: str) -> Told:
        self._arguments.append(arguments)
        yield "response.function_call_arguments.delta", {**self._at, "delta": arguments}

    def end(self, status: str) -> Told:
        item = self.item(status)
        yield "response.function_call_arguments.done", {**self._at, "arguments": item["arguments"]}
        yield _done(item, self._place)

    def item(self, status: str) -> Item:
        return call_item(self._id, status, self._call_id, self._name, "".join(self._arguments))


def _added(item: Item, place: int) -> tuple[str, dict[str, Any]]:
    return "response.output_item.added", {"output_index": place, "item": item}


def _done(item: Item, place: int) -> tuple[str, dict[str, Any]]:
    return "response.output_item.done", {"output_index": place, "item": item}
